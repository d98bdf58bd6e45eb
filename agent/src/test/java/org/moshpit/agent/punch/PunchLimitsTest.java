package org.moshpit.agent.punch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.agent.punch.PunchBench.PEER;
import static org.moshpit.agent.punch.PunchBench.controlling;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.agent.punch.strategy.StrangerChecks;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.UseCandidate;

/** Invariant: what an address gets before it proved anything is bounded, whoever named it. */
class PunchLimitsTest {
  private static Map<TransportAddress, Long> checksByAddress(PunchBench bench) {
    return bench.requests().stream()
        .collect(Collectors.groupingBy(PunchBench.Sent::to, Collectors.counting()));
  }

  @Test
  void anAddressOnlyTheRendezvousNamesGetsTwentyChecksAMinute() {
    AddressBudget budget = PunchBench.budget();
    int total = 0;
    for (int generation = 0; generation < 5; generation++) {
      PunchBench bench = new PunchBench(IceRole.CONTROLLING, 5, budget).withSocket().withPeer(0);
      bench.handle(new PunchIn.RemoteObserved(PEER));
      bench.pass(10_000);
      total += bench.requests().size();
    }
    assertThat(total).isEqualTo(AddressBudget.UNCONFIRMED_PER_MINUTE);
  }

  /** Another agent on this machine has the same IP address, and must stay within reach. */
  @Test
  void anOwnSocketGetsNoChecksAndItsNeighbourOnThisMachineDoes() {
    TransportAddress neighbour = new TransportAddress(PunchBench.BASE.ip(), 4001);
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 5).withSocket();
    bench.withPeer(0, PunchBench.BASE, neighbour, PEER);
    bench.pass(10_000);
    assertThat(checksByAddress(bench)).containsOnlyKeys(neighbour, PEER);
  }

  @Test
  void theBudgetComesBackAfterAMinute() {
    AddressBudget budget = PunchBench.budget();
    long second = 1_000_000_000L;
    for (int i = 0; i < 20; i++) {
      assertThat(budget.take(i * second, PEER, 20)).isTrue();
    }
    assertThat(budget.take(59 * second, PEER, 20)).isFalse();
    assertThat(budget.take(61 * second, PEER, 20)).isTrue();
    assertThat(budget.take(61 * second, PEER, 20)).isFalse();
  }

  @Test
  void allPortsOfAHostThatOnlyTheRendezvousNamesShareABudget() {
    AddressBudget budget = PunchBench.budget();
    int taken = 0;
    for (int port = 1; port <= 100; port++) {
      for (int i = 0; i < 10; i++) {
        taken += budget.takeUnconfirmed(port, new TransportAddress(PEER.ip(), port), false) ? 1 : 0;
      }
    }
    assertThat(taken).isEqualTo(AddressBudget.UNCONFIRMED_PER_HOST_PER_MINUTE);
    assertThat(budget.takeUnconfirmed(61_000_000_000L, PEER, false)).isTrue();
  }

  /** On a carrier's address it shares with others who have not. */
  @Test
  void whatAnsweredGivesNoOtherPortItsBudgetBack() {
    AddressBudget budget = PunchBench.budget();
    TransportAddress other = new TransportAddress(PEER.ip(), PEER.port() + 1);
    for (int i = 0; i < AddressBudget.UNCONFIRMED_PER_MINUTE; i++) {
      assertThat(budget.takeUnconfirmed(0, PEER, false)).isTrue();
      assertThat(budget.takeUnconfirmed(0, other, false)).isTrue();
    }
    budget.proven(PEER);
    assertThat(budget.takeUnconfirmed(0, PEER, false)).isTrue();
    assertThat(budget.takeUnconfirmed(0, other, false)).isFalse();
  }

  /**
   * Each exchange with fresh credentials is a generation with as many ports of a stranger as a
   * description holds; and there are more sessions than one.
   */
  @Test
  void allPortsOfAHostThatOnlyThePeersNameShareABudgetOfAllSessions() {
    StrangerChecks shared = BulkLimits.standard().strangers();
    List<AddressBudget> sessions =
        List.of(new AddressBudget(shared), new AddressBudget(shared), new AddressBudget(shared));
    int total = 0;
    for (int generation = 0; generation < 6; generation++) {
      for (AddressBudget session : sessions) {
        int first = 1000 * generation + 1;
        TransportAddress[] ports =
            IntStream.range(first, first + 32)
                .mapToObj(port -> new TransportAddress(PEER.ip(), port))
                .toArray(TransportAddress[]::new);
        PunchBench bench =
            new PunchBench(IceRole.CONTROLLED, 5, session).withSocket().withPeer(0, ports);
        bench.pass(9_900);
        total += bench.requests().size();
      }
    }
    assertThat(total).isEqualTo(StrangerChecks.PER_HOST_PER_MINUTE);
  }

  @Test
  void theBudgetIsOfBoundedSize() {
    AddressBudget budget = PunchBench.budget();
    for (int port = 1; port <= AddressBudget.MAX_ADDRESSES; port++) {
      assertThat(budget.take(0, new TransportAddress(PEER.ip(), port), 20)).isTrue();
    }
    assertThat(budget.take(0, PEER, 20)).isFalse();
    assertThat(budget.take(61_000_000_000L, PEER, 20)).isTrue();
  }

  @Test
  void theRendezvousNamesFewAddressesAndNoPrivateOnes() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 5).withSocket().withPeer(0);
    for (String address :
        List.of("10.0.0.1:7", "127.0.0.1:7", "0.0.0.0:7", "224.0.0.1:7", "203.0.113.9:0")) {
      bench.handle(new PunchIn.RemoteObserved(TransportAddress.parse(address)));
    }
    for (int port = 1; port <= 20; port++) {
      bench.handle(new PunchIn.RemoteObserved(new TransportAddress(PEER.ip(), port)));
    }
    bench.pass(9_000);
    assertThat(checksByAddress(bench).keySet())
        .hasSize(RemoteCandidates.MAX_OBSERVED)
        .allMatch(address -> address.ip().equals(PEER.ip()));
  }

  /** Behind a hard NAT its checks come from as many ports as it has sockets. */
  @Test
  void thePairThePeerChoosesIsNotOneTooMany() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(0);
    for (int port = 1; port <= 20; port++) {
      bench.receive(new TransportAddress(PEER.ip(), port), bench.check(controlling()));
    }
    TransportAddress chosen = new TransportAddress(PEER.ip(), 4242);
    bench.receive(chosen, bench.check(controlling(), new UseCandidate()));
    bench.pass(2_000);
    assertThat(checksByAddress(bench).keySet())
        .contains(chosen)
        .hasSizeLessThanOrEqualTo(RemoteCandidates.MAX_PEER_REFLEXIVE + 1);
    PunchBench.Sent check =
        bench.requests().stream()
            .filter(sent -> sent.to().equals(chosen))
            .findFirst()
            .orElseThrow();
    bench.receive(chosen, PunchBench.answer(check, PunchBench.MAPPED));
    assertThat(bench.events(PunchOut.Nominated.class))
        .extracting(PunchOut.Nominated::remote)
        .containsExactly(chosen);
  }

  /**
   * A peer with many sockets falls back on one that was one too many during the search: it is
   * proven here, too, in the place of one that neither end has use for.
   */
  @Test
  void aPairThePeerFallsBackOnIsProvenAfterAll() {
    PunchBench bench = completedWithAllPlacesTaken();
    TransportAddress late = new TransportAddress(PEER.ip(), 4242);
    bench.receive(late, bench.check(controlling()));
    prove(bench, late);
    assertThat(bench.machine.isValid(PunchBench.SOCKET, late)).isTrue();
    assertThat(bench.machine.isValid(PunchBench.SOCKET, port(1))).isTrue();
  }

  /** An answer would have the peer believe that its datagrams are taken there. */
  @Test
  void aCheckForWhichThereIsNoRoomIsNotAnswered() {
    PunchBench bench = completedWithAllPlacesTaken();
    for (int port = 2; port <= RemoteCandidates.MAX_PEER_REFLEXIVE; port++) {
      bench.receive(port(port), bench.check(controlling()));
    }
    TransportAddress late = new TransportAddress(PEER.ip(), 4242);
    bench.receive(late, bench.check(controlling()));
    assertThat(bench.sent).extracting(PunchBench.Sent::to).doesNotContain(late);
    bench.receive(port(2), bench.check(controlling()));
    assertThat(bench.last().to()).isEqualTo(port(2));
  }

  /** What either end checks keeps its place, and whoever has many checks recorded gets few sent. */
  @Test
  void pairsThatAnEndFallsBackOnAreNotPushedOut() {
    PunchBench bench = completedWithAllPlacesTaken();
    bench.receive(port(2), bench.check(controlling()));
    bench.handle(new PunchIn.Probe(PunchBench.SOCKET, port(3)));
    int before = bench.requests().size();
    for (int i = 1; i <= 200; i++) {
      byte[] recorded = bench.check(controlling());
      bench.receive(TransportAddress.parse("198.51.100." + i + ":7"), recorded);
    }
    bench.pass(10_000);
    assertThat(
            bench.requests().stream()
                .skip(before)
                .map(PunchBench.Sent::to)
                .filter(to -> !to.ip().equals(PEER.ip()))
                .distinct())
        .hasSize(RemoteCandidates.MAX_PEER_REFLEXIVE - 3);
    for (int kept = 1; kept <= 3; kept++) {
      assertThat(bench.machine.isValid(PunchBench.SOCKET, port(kept))).as("port %d", kept).isTrue();
    }
  }

  @Test
  void aPairThatNoEndFallsBackOnAnyLongerMakesRoom() {
    PunchBench bench = completedWithAllPlacesTaken();
    for (int port = 2; port <= RemoteCandidates.MAX_PEER_REFLEXIVE; port++) {
      bench.receive(port(port), bench.check(controlling()));
    }
    TransportAddress late = new TransportAddress(PEER.ip(), 4242);
    bench.receive(late, bench.check(controlling()));
    bench.pass(TimeUnit.NANOSECONDS.toMillis(Places.KEPT_FOR) - 1_000);
    assertThat(checksByAddress(bench)).doesNotContainKey(late);
    bench.pass(2_000);
    bench.receive(late, bench.check(controlling()));
    prove(bench, late);
    assertThat(bench.machine.isValid(PunchBench.SOCKET, late)).isTrue();
  }

  /** Its first choice was confirmed to nobody, and its second one was one too many. */
  @Test
  void aPairThePeerChoosesAnewIsProvenThoughOthersAreKept() {
    PunchBench bench = completedWithAllPlacesTaken();
    for (int port = 2; port <= RemoteCandidates.MAX_PEER_REFLEXIVE; port++) {
      bench.receive(port(port), bench.check(controlling()));
    }
    TransportAddress second = new TransportAddress(PEER.ip(), 4242);
    bench.receive(second, bench.check(controlling(), new UseCandidate()));
    prove(bench, second);
    assertThat(bench.events(PunchOut.Nominated.class))
        .extracting(PunchOut.Nominated::remote)
        .containsExactly(port(1), second);
  }

  @Test
  void recordedNominationsMakeRoomAFewTimesOnly() {
    PunchBench bench = completedWithAllPlacesTaken();
    int before = bench.requests().size();
    for (int i = 1; i <= 200; i++) {
      byte[] recorded = bench.check(controlling(), new UseCandidate());
      bench.receive(TransportAddress.parse("198.51.100." + i + ":7"), recorded);
      bench.pass(50);
    }
    assertThat(bench.requests().stream().skip(before).map(PunchBench.Sent::to).distinct())
        .hasSize(Places.MAX_NOMINATIONS);
  }

  /** The first of as many pairs as a peer's checks may make, all of them proven, is nominated. */
  private static PunchBench completedWithAllPlacesTaken() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(0);
    for (int port = 1; port <= RemoteCandidates.MAX_PEER_REFLEXIVE; port++) {
      bench.receive(port(port), bench.check(controlling()));
      prove(bench, port(port));
    }
    bench.receive(port(1), bench.check(controlling(), new UseCandidate()));
    assertThat(bench.machine.state()).isEqualTo(PunchState.COMPLETED);
    return bench;
  }

  private static void prove(PunchBench bench, TransportAddress remote) {
    bench.pass(200);
    PunchBench.Sent check =
        bench.requests().stream()
            .filter(sent -> sent.to().equals(remote))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no check to " + remote));
    bench.receive(remote, PunchBench.answer(check, PunchBench.MAPPED));
  }

  private static TransportAddress port(int port) {
    return new TransportAddress(PEER.ip(), port);
  }

  @Test
  void aPeerThatNamesOnlyOthersGetsFewChecksSentThere() {
    TransportAddress[] third =
        IntStream.rangeClosed(1, 32)
            .mapToObj(i -> TransportAddress.parse("198.51.100." + i + ":53"))
            .toArray(TransportAddress[]::new);
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 5).withSocket().withPeer(0, third);
    bench.pass(10_000);
    assertThat(checksByAddress(bench).values()).allMatch(count -> count <= 10);
  }

  @Test
  void privateAddressesAreFew() {
    TransportAddress[] all =
        IntStream.rangeClosed(1, 32)
            .mapToObj(i -> TransportAddress.parse("10.0.0." + i + ":22"))
            .toArray(TransportAddress[]::new);
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 5).withSocket().withPeer(0, all);
    bench.pass(10_000);
    assertThat(checksByAddress(bench)).hasSize(RemoteCandidates.MAX_PRIVATE);
    assertThat(checksByAddress(bench).values()).allMatch(count -> count <= 8);
  }

  @Test
  void recordedChecksFromManySourcesAimAtFew() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 5).withSocket().withPeer(2000);
    for (int i = 1; i <= 200; i++) {
      byte[] recorded = bench.check(controlling());
      bench.receive(TransportAddress.parse("198.51.100." + i + ":7"), recorded);
    }
    bench.pass(10_000);
    Map<TransportAddress, Long> checks = checksByAddress(bench);
    assertThat(checks).hasSize(RemoteCandidates.MAX_PEER_REFLEXIVE);
    assertThat(checks.values()).allMatch(count -> count <= AddressBudget.UNCONFIRMED_PER_MINUTE);
  }

  /**
   * A peer whose checks come from ever new ports of somebody's host, generation after generation.
   */
  @Test
  void allPortsOfAHostThatOnlyAChecksSourceShowedShareThatBudget() {
    AddressBudget budget = PunchBench.budget();
    int total = 0;
    for (int generation = 0; generation < 5; generation++) {
      PunchBench bench = new PunchBench(IceRole.CONTROLLED, 5, budget).withSocket().withPeer(0);
      bench.handle(new PunchIn.RemoteObserved(new TransportAddress(PEER.ip(), 9000 + generation)));
      for (int step = 0; step < 18; step++) {
        int port = 1000 * generation + step % RemoteCandidates.MAX_PEER_REFLEXIVE + 1;
        bench.receive(new TransportAddress(PEER.ip(), port), bench.check(controlling()));
        bench.pass(500);
      }
      total += bench.requests().size();
    }
    assertThat(total).isEqualTo(AddressBudget.UNCONFIRMED_PER_HOST_PER_MINUTE);
  }

  @Test
  void aHundredPairsAtMost() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0);
    for (int i = 0; i < 8; i++) {
      bench.handle(
          new PunchIn.Local(
              bench.locals.host(
                  new SocketId(i), TransportAddress.parse("192.168.1." + (i + 1) + ":4000"))));
    }
    TransportAddress[] remotes =
        IntStream.rangeClosed(1, 32)
            .mapToObj(i -> new TransportAddress(PEER.ip(), i))
            .toArray(TransportAddress[]::new);
    // no stranger's host, or its share would be used up before
    bench.handle(new PunchIn.RemoteObserved(remotes[0]));
    bench.withPeer(0, remotes);
    bench.pass(9_000);
    long pairs =
        bench.requests().stream().map(sent -> sent.message().transactionId()).distinct().count();
    assertThat(pairs).isEqualTo(Checklist.MAX_PAIRS);
  }
}
