package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.CandidateType;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

/** What a stranger's host gets from all sessions of one agent together, whoever names it. */
class PathStrangerTest {
  private static final SocketId SOCKET = new SocketId(0);
  private static final String STRANGER = "198.51.100.77";
  private static final int PER_HOST = 60;
  private static final int PER_ADDRESS = 20;

  private final BulkLimits limits = BulkLimits.standard();
  private final List<Session> sessions = new ArrayList<>();
  private long now = Long.MAX_VALUE - 5;

  /** A box's session with a laptop that never answers a check. */
  private final class Session {
    final PathMachine box;
    final int number = sessions.size();
    final List<TransportAddress> sent = new ArrayList<>();
    int generation;

    Session() {
      BulkLimits ours = limits.of("account " + number, "key");
      box =
          new PathMachine(
              new PathConfig(IceRole.CONTROLLED, RelayPolicy.AUTO, ours),
              new SplittableRandom(number));
      sessions.add(this);
      int port = 4000 + number;
      handle(new PathIn.SocketOpened(SOCKET, address("192.168.1.10", port)));
      handle(new PathIn.ServerReflexive(SOCKET, address("203.0.113.1", port)));
      handle(new PathIn.RelayUp());
    }

    void describe(List<TransportAddress> named) {
      generation++;
      List<Candidate> candidates = new ArrayList<>();
      for (TransportAddress each : named) {
        long priority = 1_000_000L - candidates.size();
        candidates.add(
            new Candidate(CandidateType.SERVER_REFLEXIVE, each, priority, "f" + candidates.size()));
      }
      String pwd = "their+password+1234567890";
      handle(
          new PathIn.PeerDescribed(
              new IceDescription("them" + generation, pwd, candidates, generation), 0));
    }

    void handle(PathIn event) {
      box.handle(now, event);
      drain();
    }

    void drain() {
      for (Transmit out = box.pollTransmit(); out != null; out = box.pollTransmit()) {
        sent.add(out.destination());
      }
      while (box.pollEvent() != null) {
        // nobody is told
      }
    }
  }

  private void pass(long millis) {
    long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long step = now; step - end < 0; step += TimeUnit.MILLISECONDS.toNanos(10)) {
      now = step;
      for (Session each : sessions) {
        if (Deadlines.isDue(each.box.nextDeadline(), now)) {
          each.box.handleTimeout(now);
          each.drain();
        }
      }
    }
    now = end;
  }

  private long sentTo(String ip) {
    return sessions.stream()
        .flatMap(each -> each.sent.stream())
        .filter(to -> to.ip().equals(TransportAddress.parseIp(ip)))
        .count();
  }

  private static TransportAddress address(String ip, int port) {
    return TransportAddress.parse(ip + ":" + port);
  }

  private static List<TransportAddress> ports(String ip, int first) {
    return IntStream.range(first, first + 32).mapToObj(port -> address(ip, port)).toList();
  }

  /** Exchange after exchange, each with as many ports of a stranger as a description holds. */
  @Test
  void aPeerCannotAimManySessionsAndGenerationsAtAStranger() {
    for (int i = 0; i < 4; i++) {
      new Session();
    }
    for (int generation = 0; generation < 6; generation++) {
      for (Session each : sessions) {
        each.describe(ports(STRANGER, 1000 * (generation + 1)));
      }
      pass(9_900);
    }
    assertThat(sentTo(STRANGER)).isEqualTo(PER_HOST);
  }

  /** The rendezvous sees the peers there: then it is no stranger. */
  @Test
  void whereTheRendezvousSeesThePeerEverySessionHasItsChecks() {
    String home = "203.0.113.2";
    for (int i = 0; i < 20; i++) {
      Session session = new Session();
      session.handle(new PathIn.PeerObserved(address(home, 5000 + i)));
      session.describe(List.of(address(home, 5000 + i)));
    }
    pass(9_000);
    for (Session each : sessions) {
      assertThat(each.sent).as("session %d", each.number).hasSize(10);
    }
  }

  @Test
  void anAddressThatOnlyTheRendezvousNamesGetsTwentyChecksOfAllSessionsTogether() {
    for (int i = 0; i < 20; i++) {
      Session session = new Session();
      session.describe(List.of(address("203.0.113.2", 5000 + i)));
      session.handle(new PathIn.PeerObserved(address(STRANGER, 53)));
    }
    pass(1_000);
    assertThat(sentTo(STRANGER)).isEqualTo(PER_ADDRESS);
    for (Session each : sessions) {
      each.handle(new PathIn.PeerObserved(address(STRANGER, 100 + each.number)));
    }
    pass(9_000);
    assertThat(sentTo(STRANGER)).isEqualTo(PER_HOST);
  }

  /** Whoever has one IPv6 address of a network has all of them. */
  @Test
  void anIpv6NetworkIsOneHost() {
    Session session = new Session();
    session.handle(
        new PathIn.SocketOpened(new SocketId(6), TransportAddress.parse("[2001:db8:1::1]:4000")));
    List<TransportAddress> named =
        IntStream.range(1, 33)
            .mapToObj(i -> TransportAddress.parse("[2001:db8:2::" + i + "]:53"))
            .toList();
    session.describe(named);
    pass(9_000);
    assertThat(session.sent.stream().filter(TransportAddress::isIpv6)).hasSize(PER_HOST);
  }
}
