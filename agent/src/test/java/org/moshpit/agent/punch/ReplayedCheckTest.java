package org.moshpit.agent.punch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.agent.punch.PunchBench.MAPPED;
import static org.moshpit.agent.punch.PunchBench.PEER;
import static org.moshpit.agent.punch.PunchBench.SOCKET;
import static org.moshpit.agent.punch.PunchBench.answer;
import static org.moshpit.agent.punch.PunchBench.controlled;
import static org.moshpit.agent.punch.PunchBench.controlling;

import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.UseCandidate;

/** Somebody who once saw a check of the peer's has its bytes, and no more. */
class ReplayedCheckTest {
  private static PunchBench completed() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER);
    bench.receive(PEER, answer(bench.last(), MAPPED));
    bench.receive(PEER, answer(bench.last(), MAPPED));
    assertThat(bench.machine.state()).isEqualTo(PunchState.COMPLETED);
    return bench;
  }

  private static TransportAddress stranger(int i) {
    return TransportAddress.parse("198.51.100." + (10 + i) + ":1234");
  }

  private static long answersTo(PunchBench bench, TransportAddress to) {
    return bench.sent.stream()
        .filter(sent -> sent.message().type() == StunClass.SUCCESS && sent.to().equals(to))
        .count();
  }

  private static long checksTo(PunchBench bench, TransportAddress to) {
    return bench.requests().stream().filter(sent -> sent.to().equals(to)).count();
  }

  @Test
  void sentAgainFromElsewhereItIsNeitherAnsweredNorFollowed() {
    PunchBench bench = completed();
    byte[] check = bench.check(controlled());
    bench.receive(PEER, check);
    for (int i = 0; i < 1_000; i++) {
      bench.receive(stranger(i % 8), check);
    }
    bench.pass(5_000);
    for (int i = 0; i < 8; i++) {
      assertThat(answersTo(bench, stranger(i))).isZero();
      assertThat(checksTo(bench, stranger(i))).isZero();
    }
  }

  /** Places for addresses that checks show are few. */
  @Test
  void replaysKeepNoPlaceThatThePeersNewAddressNeeds() {
    PunchBench bench = completed();
    byte[][] recorded = new byte[8][];
    for (int i = 0; i < recorded.length; i++) {
      recorded[i] = bench.check(controlled());
      bench.receive(stranger(i), recorded[i]);
    }
    TransportAddress moved = TransportAddress.parse("203.0.113.2:4242");
    for (int round = 0; round < 3; round++) {
      bench.pass(25_000);
      for (int i = 0; i < recorded.length; i++) {
        bench.receive(stranger(i), recorded[i]);
      }
    }
    bench.receive(moved, bench.check(controlled()));
    bench.pass(100);
    assertThat(checksTo(bench, moved)).isPositive();
  }

  @Test
  void aRetransmissionIsAnsweredAsOftenAsItIsSent() {
    PunchBench bench = completed();
    byte[] check = bench.check(controlled());
    for (int i = 0; i < 8; i++) {
      bench.receive(PEER, check);
      bench.pass(500);
    }
    assertThat(answersTo(bench, PEER)).isEqualTo(8);
  }

  @Test
  void fromOneForgedAddressItIsAnsweredAFewTimesAtMost() {
    PunchBench bench = completed();
    byte[] check = bench.check(controlled());
    for (int i = 0; i < 1_000; i++) {
      bench.receive(stranger(0), check);
    }
    assertThat(answersTo(bench, stranger(0))).isEqualTo(SeenChecks.COPIES);
    bench.pass(10_000);
    bench.receive(stranger(0), check);
    assertThat(answersTo(bench, stranger(0))).isEqualTo(SeenChecks.COPIES);
  }

  /** Whoever reads along and is faster than the network must not keep the check itself away. */
  @Test
  void aReplayThatOutranTheCheckIsNotInItsWay() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(0, PEER);
    bench.receive(PEER, answer(bench.last(), MAPPED));
    byte[] nomination = bench.check(controlling(), new UseCandidate());
    bench.receive(stranger(0), nomination);
    bench.receive(PEER, nomination);
    assertThat(bench.machine.state()).isEqualTo(PunchState.COMPLETED);
    assertThat(bench.machine.isValid(SOCKET, PEER)).isTrue();
    assertThat(answersTo(bench, PEER)).isEqualTo(1);
  }

  @Test
  void replayedNominationsDoNotUseUpThePeersOwn() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(0, PEER);
    byte[] nomination = bench.check(controlling(), new UseCandidate());
    for (int i = 0; i < 8; i++) {
      bench.receive(stranger(i), nomination);
    }
    TransportAddress unknown = TransportAddress.parse("203.0.113.2:4242");
    bench.receive(unknown, bench.check(controlling(), new UseCandidate()));
    bench.pass(100);
    assertThat(checksTo(bench, unknown)).isPositive();
  }

  /** Even at an address that the rendezvous names, before the peer has named any. */
  @Test
  void aReplayBeforeTheDescriptionIsNoSignOfThePeer() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket();
    bench.handle(new PunchIn.RemoteObserved(PEER));
    byte[] recorded = bench.check(controlling());
    bench.receive(stranger(0), recorded);
    bench.receive(PEER, recorded);
    bench.withPeer(0, PEER);
    assertThat(bench.machine.isHeard(SOCKET, PEER)).isFalse();
    bench.receive(PEER, bench.check(controlling()));
    assertThat(bench.machine.isHeard(SOCKET, PEER)).isTrue();
  }

  @Test
  void whatIsRememberedIsBounded() {
    SeenChecks seen = new SeenChecks();
    PunchBench bench = completed();
    for (int i = 0; i < 3 * SeenChecks.MAX; i++) {
      seen.arrived(0, bench.id(), SOCKET, PEER);
    }
    assertThat(seen.size()).isEqualTo(SeenChecks.MAX);
  }
}
