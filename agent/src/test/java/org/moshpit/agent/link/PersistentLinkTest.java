package org.moshpit.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Hello;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.RefusalCode;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;

class PersistentLinkTest {
  private record Down(LinkFailure failure, long retryInMillis) {}

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private FakeRendezvous pit;
  private PersistentLink link;

  @BeforeEach
  void start() throws Exception {
    pit = new FakeRendezvous();
    LinkKey key = LinkKey.generate(new SecureRandom());
    link =
        new PersistentLink(
            loop,
            pit.address(),
            LinkPreparation.start(pit.address(), () -> key),
            new LinkPurpose.LogIn("den", Mode.BOX),
            new Random(1),
            new PersistentLink.Listener() {
              @Override
              public void up(Welcome welcome) {
                heard.add(welcome);
              }

              @Override
              public void frame(ServerFrame frame) {
                heard.add(frame);
              }

              @Override
              public void down(LinkFailure failure, long retryInMillis) {
                heard.add(new Down(failure, retryInMillis));
              }
            });
  }

  @AfterEach
  void stop() {
    pit.close();
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private <T> T next(Class<T> type) throws InterruptedException {
    Object next = heard.poll(20, TimeUnit.SECONDS);
    assertThat(next).isInstanceOf(type);
    return type.cast(next);
  }

  @Test
  void comesBackAfterTheRendezvousRestarts() throws Exception {
    loop.execute(link::start);
    next(Welcome.class);
    pit.dropAll();
    Down down = next(Down.class);
    assertThat(down.failure()).isInstanceOf(LinkFailure.Lost.class);
    assertThat(down.retryInMillis()).isBetween(0L, 1000L);
    next(Welcome.class);
    assertThat(pit.connections()).isEqualTo(2);
    assertThat(link.isUp()).isTrue();
  }

  @Test
  void supersededItStaysAway() throws Exception {
    pit.script(
        (channel, frame) -> {
          FakeRendezvous.refuse(channel, RefusalCode.SUPERSEDED, "");
          return true;
        });
    loop.execute(link::start);
    Down down = next(Down.class);
    assertThat(down.retryInMillis()).isGreaterThanOrEqualTo(300_000);
    loop.submit(link::networkChanged).get();
    assertThat(pit.connections()).isEqualTo(1);
  }

  @Test
  void datagramsAreDroppedWhileThereIsNoLink() throws Exception {
    ClientFrame datagram =
        ClientFrame.newBuilder()
            .setDatagram(Datagram.newBuilder().setRelay(1).setPayload(ByteString.copyFromUtf8("x")))
            .build();
    assertThat(loop.submit(() -> link.send(datagram)).get()).isFalse();
    // in one turn of the loop: it cannot be up yet
    Callable<Boolean> startAndSend =
        () -> {
          link.start();
          return link.send(datagram);
        };
    assertThat(loop.submit(startAndSend).get()).isFalse();
    next(Welcome.class);
    assertThat(loop.submit(() -> link.send(datagram)).get()).isTrue();
    await().until(() -> pit.received().stream().anyMatch(ClientFrame::hasDatagram));
  }

  @Test
  void anotherNetworkMakesALinkProveItself() throws Exception {
    loop.execute(link::start);
    next(Welcome.class);
    pit.answerPings(false);
    loop.execute(link::networkChanged);
    next(Down.class);
    next(Welcome.class);
  }

  @Test
  void anotherNetworkMakesAnAttemptBeginAnew() throws Exception {
    Hello greeting = pit.hello();
    pit.hello(null);
    loop.execute(link::start);
    await().until(() -> pit.handshakes() == 1);
    pit.hello(greeting);
    loop.execute(link::networkChanged);
    next(Welcome.class);
    assertThat(pit.connections()).isEqualTo(2);
    await().until(() -> pit.open() == 1);
  }

  @Test
  void stoppedItIsSilent() throws Exception {
    loop.execute(link::start);
    next(Welcome.class);
    loop.submit(link::stop).get();
    await().until(() -> pit.open() == 0);
    assertThat(heard).isEmpty();
    assertThat(link.isUp()).isFalse();
    assertThat(pit.connections()).isEqualTo(1);
  }
}
