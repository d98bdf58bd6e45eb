package org.moshpit.agent.cli.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Deaf;
import org.moshpit.agent.cli.wiring.PortMappings;
import org.moshpit.agent.cli.wiring.ProcessSockets;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.PortRange;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.HostPort;

@Timeout(60)
class WarmSocketsTest {
  private static final TransportAddress OLD = TransportAddress.parse("127.0.0.1:0");
  private static final TransportAddress NEW = TransportAddress.parse("127.0.0.2:0");

  private final AgentLoop loop = new AgentLoop();
  private final CountDownLatch slowRead = new CountDownLatch(1);
  private volatile TransportAddress address = OLD;
  private volatile boolean slow;
  private WarmSockets warm;

  @AfterEach
  void end() {
    slowRead.countDown();
    loop.close();
  }

  private WarmSockets open() {
    SplittableRandom random = new SplittableRandom(1);
    Enrollment enrollment =
        new Enrollment(
            new Rendezvous(HostPort.parse("127.0.0.1:9", 3478), List.of(), List.of()),
            "attic",
            Enrollment.Role.BOX,
            new byte[32],
            new byte[8],
            new byte[32]);
    ProcessSockets sockets =
        ProcessSockets.of(
            loop, enrollment, random, BulkLimits.standard(), new Deaf(), new Unmapped());
    return new WarmSockets(loop, sockets, new PortRange(40_000, 48_000), random, towards -> read());
  }

  private List<TransportAddress> read() {
    if (slow) {
      try {
        slowRead.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return List.of(address);
  }

  private void onLoop(Runnable action) throws Exception {
    loop.loop().submit(action).get();
  }

  /** The watch says that the network changed, and a session wants fresh sockets at once. */
  @Test
  void whoComesWhileTheAddressesChangeGetsTheNewOnes() throws Exception {
    onLoop(
        () -> {
          warm = open();
          warm.rebuild(List.of());
        });
    await().until(() -> loop.loop().submit(() -> warm.warm() != null).get());
    address = NEW;
    slow = true;
    CompletableFuture<SocketSet> taken = new CompletableFuture<>();
    onLoop(
        () -> {
          warm.rebuild(List.of());
          warm.take((set, failure) -> taken.complete(set));
        });
    slowRead.countDown();
    SocketSet set = taken.get(30, TimeUnit.SECONDS);
    assertThat(set.members().get(0).socket().local().ip()).isEqualTo(NEW.ip());
  }

  private static final class Unmapped implements PortMappings.Listener {
    @Override
    public void mapped(UdpSocket socket, TransportAddress outer) {}

    @Override
    public void said(String line) {}

    @Override
    public void detail(String line) {}
  }
}
