package org.moshpit.common.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

class MachineDriverTest {
  private final EventLoopGroup group = EventLoops.create("driver-test", 1);
  private final EventLoop loop = group.next();
  private final List<String> arrived = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @Test
  void carriesDatagramsEventsAndTimersInOrder() throws Exception {
    UdpSocket a = open(1);
    UdpSocket b = open(2);
    loop.submit(
            () ->
                b.receiver(
                    (s, from, bytes) -> arrived.add(new String(bytes, StandardCharsets.UTF_8))))
        .sync();
    Echo machine = new Echo(a.id(), b.local());
    MachineDriver<String, String> driver =
        new MachineDriver<>(loop, machine, id -> id.equals(a.id()) ? a : null, events::add);
    loop.submit(() -> driver.handle("one")).sync();
    await().until(() -> arrived.contains("one"));
    await().until(() -> events.contains("timeout"));
    assertThat(events).containsExactly("sent one", "timeout");
  }

  @Test
  void aHandlerMayFeedTheMachineAgain() throws Exception {
    Echo machine = new Echo(new SocketId(9), TransportAddress.parse("127.0.0.1:9"));
    AtomicReference<MachineDriver<String, String>> driver = new AtomicReference<>();
    driver.set(
        new MachineDriver<>(
            loop,
            machine,
            id -> null,
            event -> {
              events.add(event);
              if (event.equals("sent one")) {
                driver.get().handle("two");
              }
            }));
    loop.submit(() -> driver.get().handle("one")).sync();
    assertThat(events).containsExactly("sent one", "sent two");
    loop.submit(() -> driver.get().stop()).sync();
    loop.submit(() -> driver.get().handle("three")).sync();
    assertThat(events).doesNotContain("sent three");
  }

  /** One that stumbles goes on: what it had to say is said, and its next timer comes. */
  @Test
  void aMachineThatThrowsKeepsItsTimer() throws Exception {
    Echo machine =
        new Echo(new SocketId(9), TransportAddress.parse("127.0.0.1:9")) {
          private int timeouts;

          @Override
          public void handleTimeout(long now) {
            if (timeouts++ == 0) {
              super.handle(now, "before it stumbled");
              throw new IllegalArgumentException("stumbled");
            }
            super.handleTimeout(now);
          }
        };
    MachineDriver<String, String> driver =
        new MachineDriver<>(loop, machine, id -> null, events::add);
    loop.submit(() -> driver.handle("one")).sync();
    await().until(() -> events.contains("timeout"));
    assertThat(events).containsExactly("sent one", "sent before it stumbled", "timeout");
  }

  @Test
  void aMachineThatAlwaysThrowsDoesNotKeepTheLoopBusy() throws Exception {
    AtomicInteger timeouts = new AtomicInteger();
    Echo machine =
        new Echo(new SocketId(9), TransportAddress.parse("127.0.0.1:9")) {
          @Override
          public void handleTimeout(long now) {
            timeouts.incrementAndGet();
            throw new IllegalArgumentException("stumbled");
          }
        };
    MachineDriver<String, String> driver =
        new MachineDriver<>(loop, machine, id -> null, events::add);
    loop.submit(() -> driver.handle("one")).sync();
    await().until(() -> timeouts.get() >= 2);
    assertThat(timeouts.get()).isLessThan(10);
  }

  @Test
  void aHandlerThatThrowsAtTheEndLeavesNoTimer() throws Exception {
    Echo machine = new Echo(new SocketId(9), TransportAddress.parse("127.0.0.1:9"));
    AtomicInteger heard = new AtomicInteger();
    MachineDriver<String, String> driver =
        new MachineDriver<>(
            loop,
            machine,
            id -> null,
            event -> {
              heard.incrementAndGet();
              throw new IllegalStateException("a handler's bug");
            });
    loop.submit(
            () -> {
              machine.handle(System.nanoTime(), "last words");
              driver.stop();
            })
        .await();
    loop.schedule(() -> {}, 60, TimeUnit.MILLISECONDS).sync(); // its timer would have come before
    assertThat(heard).hasValue(1);
  }

  @Test
  void aHandlerThatThrowsLeavesTheTimerArmed() throws Exception {
    Echo machine = new Echo(new SocketId(9), TransportAddress.parse("127.0.0.1:9"));
    MachineDriver<String, String> driver =
        new MachineDriver<>(
            loop,
            machine,
            id -> null,
            event -> {
              events.add(event);
              if (event.equals("sent one")) {
                throw new IllegalStateException("a handler's bug");
              }
            });
    loop.submit(() -> driver.handle("one")).await();
    await().until(() -> events.contains("timeout"));
  }

  @Test
  void aDatagramWithALowTimeToLiveStillArrivesOnLoopbackAndTheNextHasTheNormalOne()
      throws Exception {
    UdpSocket a = open(1);
    UdpSocket b = open(2);
    loop.submit(
            () ->
                b.receiver(
                    (s, from, bytes) -> arrived.add(new String(bytes, StandardCharsets.UTF_8))))
        .sync();
    loop.submit(
            () -> {
              a.send(new Transmit(a.id(), b.local(), new byte[] {'l'}, 1));
              a.send(new Transmit(a.id(), b.local(), new byte[] {'n'}));
              a.flush();
            })
        .sync();
    await().until(() -> arrived.size() == 2);
    assertThat(arrived).containsExactly("l", "n");
  }

  @Test
  void aPortAlreadyTakenIsABindException() throws Exception {
    UdpSocket a = open(1);
    assertThatThrownBy(() -> UdpSocket.open(loop, new SocketId(3), a.local()).get())
        .hasCauseInstanceOf(BindException.class);
    loop.submit(a::close).sync();
    await()
        .untilAsserted(
            () ->
                assertThat(UdpSocket.open(loop, new SocketId(4), a.local()).get().local())
                    .isEqualTo(a.local()));
  }

  private UdpSocket open(int id) throws Exception {
    return UdpSocket.open(loop, new SocketId(id), TransportAddress.parse("127.0.0.1:0")).get();
  }

  /** Sends each event to the peer, tells so, and times out once a little later. */
  private static class Echo implements Machine<String, String> {
    private final SocketId socket;
    private final TransportAddress peer;
    private final Queue<Transmit> transmits = new ArrayDeque<>();
    private final Queue<String> out = new ArrayDeque<>();
    private long deadline = NO_DEADLINE;

    Echo(SocketId socket, TransportAddress peer) {
      this.socket = socket;
      this.peer = peer;
    }

    @Override
    public void handle(long now, String event) {
      transmits.add(new Transmit(socket, peer, event.getBytes(StandardCharsets.UTF_8)));
      out.add("sent " + event);
      deadline = now + TimeUnit.MILLISECONDS.toNanos(20);
    }

    @Override
    public void handleTimeout(long now) {
      if (deadline != NO_DEADLINE && now - deadline >= 0) {
        deadline = NO_DEADLINE;
        out.add("timeout");
      }
    }

    @Override
    public Transmit pollTransmit() {
      return transmits.poll();
    }

    @Override
    public String pollEvent() {
      return out.poll();
    }

    @Override
    public long nextDeadline() {
      return deadline;
    }
  }
}
