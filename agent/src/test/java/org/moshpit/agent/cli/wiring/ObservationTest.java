package org.moshpit.agent.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.harvest.StunCredentials;
import org.moshpit.agent.link.RendezvousClock;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TimeAttribute;

class ObservationTest {
  /** Long ago: whatever is reckoned by this computer's wall clock is years off. */
  private static final long TOLD = 1_000_000_000_000L;

  private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);
  private static final long HOUR = TimeUnit.HOURS.toMillis(1);

  private final AgentLoop loop = new AgentLoop();
  private final AtomicLong boot = new AtomicLong(5 * HOUR);
  private DatagramSocket server;
  private Observation observation;
  private SocketBook sockets;

  @BeforeEach
  void open() throws Exception {
    server = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server.setSoTimeout(10_000);
    sockets = new SocketBook(loop.loop());
    StunCredentials credentials = new StunCredentials(new byte[8], new byte[32]);
    observation = new Observation(loop, sockets, credentials, new SecureRandom(), new Deaf());
  }

  @AfterEach
  void close() {
    loop.loop().submit(observation::stop).awaitUninterruptibly();
    server.close();
    loop.close();
  }

  private void onLoop(Runnable action) throws Exception {
    loop.loop().submit(action).get(10, TimeUnit.SECONDS);
  }

  /** The TIME of the next request with another transaction ID than all before. */
  private long nextTime(List<String> seen) throws Exception {
    while (true) {
      DatagramPacket packet = new DatagramPacket(new byte[500], 500);
      server.receive(packet);
      byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
      Parsed request = (Parsed) StunParser.parse(bytes);
      String id = request.message().transactionId().toString();
      if (!seen.contains(id)) {
        seen.add(id);
        return request.message().first(TimeAttribute.class).orElseThrow().unixMillis();
      }
    }
  }

  /** A box without a clock of its own logs in, and then its clock is set; or it sleeps. */
  @Test
  void requestsBearTheRendezvousTimeWhateverBecomesOfThisComputersClock() throws Exception {
    List<String> seen = new ArrayList<>();
    UdpSocket socket =
        sockets.open(TransportAddress.parse("127.0.0.1:0")).get(10, TimeUnit.SECONDS);
    TransportAddress address =
        new TransportAddress(server.getLocalAddress(), server.getLocalPort());
    onLoop(
        () -> {
          observation.clock(RendezvousClock.told(TOLD, boot::get));
          observation.servers(List.of(address));
          observation.watch(socket, false);
        });
    assertThat(nextTime(seen)).isBetween(TOLD, TOLD + MINUTE);

    boot.addAndGet(HOUR);
    onLoop(observation::networkChanged);

    assertThat(nextTime(seen)).isBetween(TOLD + HOUR, TOLD + HOUR + MINUTE);
  }
}
