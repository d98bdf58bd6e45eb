package org.moshpit.agent.punch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.agent.punch.PunchBench.MAPPED;
import static org.moshpit.agent.punch.PunchBench.OURS;
import static org.moshpit.agent.punch.PunchBench.PEER;
import static org.moshpit.agent.punch.PunchBench.SOCKET;
import static org.moshpit.agent.punch.PunchBench.THEIRS;
import static org.moshpit.agent.punch.PunchBench.answer;
import static org.moshpit.agent.punch.PunchBench.controlled;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.punch.strategy.PortKind;
import org.moshpit.agent.punch.strategy.PortNote;
import org.moshpit.agent.punch.strategy.PortRange;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.UseCandidate;
import org.moshpit.common.stun.XorMappedAddress;

/** A strategy's check that meets the peer is as good as any other. */
class LooseCheckTest {
  private static final PortRange BLOCK = new PortRange(20480, 24575);

  /** The end that sweeps the block of its peer, its first checks sent. */
  private static PunchBench sweeping(IceRole role) {
    PunchBench bench = new PunchBench(role, 5).withSocket().withPeer(0, PEER);
    bench.handle(new PunchIn.LocalNat(PortKind.FIXED, 0, null));
    bench.handle(new PunchIn.RemoteObserved(PEER));
    CheckCodec peer = new CheckCodec(THEIRS);
    peer.remote(OURS);
    PortNote note = new PortNote(1, 0, PortKind.BLOCK, 15, BLOCK, 0, 1, List.of());
    bench.handle(new PunchIn.Note(PunchBench.parse(peer.note(bench.id(), note.toBytes(), null))));
    bench.pass(20);
    assertThat(swept(bench)).hasSizeGreaterThan(10);
    return bench;
  }

  private static List<PunchBench.Sent> swept(PunchBench bench) {
    return bench.requests().stream()
        .filter(sent -> sent.to().port() >= BLOCK.low() && sent.to().port() <= BLOCK.high())
        .toList();
  }

  @Test
  void itsAnswerMakesAValidPairThatIsNominatedAtOnce() {
    PunchBench bench = sweeping(IceRole.CONTROLLING);
    PunchBench.Sent hit = swept(bench).get(7);
    bench.receive(hit.to(), answer(hit, MAPPED));
    assertThat(bench.machine.isValid(SOCKET, hit.to())).isTrue();
    assertThat(bench.last().to()).isEqualTo(hit.to());
    assertThat(bench.last().message().first(UseCandidate.class)).isPresent();
    int before = swept(bench).size();
    bench.receive(hit.to(), answer(bench.last(), MAPPED));
    assertThat(bench.machine.state()).isEqualTo(PunchState.COMPLETED);
    bench.pass(2_000);
    assertThat(swept(bench)).as("the sweep is over").hasSize(before);
  }

  @Test
  void theControlledEndWaitsForTheNomination() {
    PunchBench bench = sweeping(IceRole.CONTROLLED);
    PunchBench.Sent hit = swept(bench).get(7);
    bench.receive(hit.to(), answer(hit, MAPPED));
    assertThat(bench.machine.isValid(SOCKET, hit.to())).isTrue();
    assertThat(bench.machine.state()).isEqualTo(PunchState.CHECKING);
    bench.receive(hit.to(), bench.check(PunchBench.controlling(), new UseCandidate()));
    assertThat(bench.machine.state()).isEqualTo(PunchState.COMPLETED);
  }

  @Test
  void anAnswerFromElsewhereOrOnAnotherSocketIsNone() {
    PunchBench bench = sweeping(IceRole.CONTROLLING);
    PunchBench.Sent hit = swept(bench).get(3);
    TransportAddress elsewhere = new TransportAddress(hit.to().ip(), hit.to().port() + 1);
    bench.receive(elsewhere, answer(hit, MAPPED));
    assertThat(bench.machine.isValid(SOCKET, elsewhere)).isFalse();
    assertThat(bench.machine.isValid(SOCKET, hit.to())).isFalse();
    PunchBench.Sent next = swept(bench).get(4);
    byte[] right = answer(next, MAPPED);
    SocketId other = new SocketId(9);
    bench.handle(new PunchIn.Stun(other, next.to(), PunchBench.parse(right)));
    assertThat(bench.machine.isValid(other, next.to())).isFalse();
  }

  @Test
  void anAnswerThatIsNotThePeersIsNone() {
    PunchBench bench = sweeping(IceRole.CONTROLLING);
    PunchBench.Sent hit = swept(bench).get(3);
    StunMessage forged =
        StunMessage.success(hit.message().transactionId(), new XorMappedAddress(MAPPED));
    bench.receive(hit.to(), StunEncoder.encode(forged, PunchBench.key(OURS)));
    assertThat(bench.machine.isValid(SOCKET, hit.to())).isFalse();
    bench.receive(hit.to(), answer(hit, MAPPED));
    assertThat(bench.machine.isValid(SOCKET, hit.to())).isTrue();
  }

  @Test
  void thePeersOwnCheckMayComeFirst() {
    PunchBench bench = sweeping(IceRole.CONTROLLING);
    PunchBench.Sent hit = swept(bench).get(3);
    bench.receive(hit.to(), bench.check(controlled()));
    bench.receive(hit.to(), answer(hit, MAPPED));
    assertThat(bench.machine.isValid(SOCKET, hit.to())).isTrue();
    assertThat(bench.last().message().first(UseCandidate.class)).isPresent();
  }

  @Test
  void whatIsRememberedOfThemIsBoundedAndForgottenWithTheSearch() {
    LooseChecks checks = new LooseChecks();
    PunchBench bench = sweeping(IceRole.CONTROLLING);
    for (int i = 0; i < 3 * LooseChecks.MAX; i++) {
      checks.add(bench.id(), bench.locals.host(SOCKET, PunchBench.BASE), PEER);
    }
    assertThat(checks.size()).isEqualTo(LooseChecks.MAX);
    PunchBench.Sent hit = swept(bench).get(3);
    bench.receive(hit.to(), answer(hit, MAPPED));
    bench.receive(hit.to(), answer(bench.last(), MAPPED));
    assertThat(bench.machine.state()).isEqualTo(PunchState.COMPLETED);
    bench.pass(10_000);
    assertThat(bench.machine.held()).isLessThan(10);
    PunchBench late = sweeping(IceRole.CONTROLLING);
    late.handle(new PunchIn.SocketClosed(SOCKET));
    PunchBench.Sent gone = swept(late).get(3);
    late.receive(gone.to(), answer(gone, MAPPED));
    assertThat(late.machine.isValid(SOCKET, gone.to())).isFalse();
  }
}
