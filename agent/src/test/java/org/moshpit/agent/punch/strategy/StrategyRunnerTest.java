package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

class StrategyRunnerTest {
  private static final TransportAddress PEER = TransportAddress.parse("203.0.113.9:40000");
  private static final SocketId KNOWN = new SocketId(1000);

  private final Bench bench = new Bench();
  private final BulkLimits limits = BulkLimits.standard();
  private final StrategyRunner runner = new StrategyRunner(bench, limits, new SplittableRandom(1));
  private long now;

  /** What the runner had done. */
  private static final class Bench implements StrategyRunner.Ground {
    final List<TransportAddress> sent = new ArrayList<>();
    final List<PortNote> said = new ArrayList<>();
    final List<String> reasons = new ArrayList<>();
    int wanted;

    @Override
    public void openSockets(int count) {
      wanted += count;
    }

    @Override
    public void ask(SocketId socket, ServerChoice server) {}

    @Override
    public void check(SocketId socket, TransportAddress to, boolean opening) {
      sent.add(to);
    }

    @Override
    public SocketId knownSocket() {
      return KNOWN;
    }

    @Override
    public void say(PortNote note) {
      said.add(note);
    }

    @Override
    public void sampled(PortKind kind, PortRange span) {}

    @Override
    public void using(String phrase) {}

    @Override
    public void noStrategy(String why) {
      reasons.add(why);
    }
  }

  private static PortNote note(PortKind kind, int allowed, PortRange span) {
    return new PortNote(1, 0, kind, allowed, span, 0, 1, List.of());
  }

  private static PortNote random() {
    return note(PortKind.RANDOM, 15, PortRange.ALL);
  }

  private void pass(long millis) {
    long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long next = runner.nextDeadline();
        next != Machine.NO_DEADLINE && next - end <= 0;
        next = runner.nextDeadline()) {
      now = Math.max(now, next);
      runner.advance(now);
    }
    now = end;
  }

  private void introduced() {
    runner.introduced(now);
    runner.peerAt(now, PEER);
  }

  @Test
  void thePeersNoteMayComeBeforeOurOwnNatIsKnown() {
    introduced();
    runner.heard(now, random());
    pass(1000);
    assertThat(bench.sent).isEmpty();
    runner.localNat(now, PortKind.FIXED, 0, null);
    pass(3000);
    assertThat(bench.sent).hasSize(PortTrials.ALL_PORTS);
  }

  @Test
  void triesNoPortTwiceAndNoOtherAddress() {
    introduced();
    runner.localNat(now, PortKind.FIXED, 0, null);
    runner.heard(now, random());
    pass(9000);
    Set<TransportAddress> distinct = new HashSet<>(bench.sent);
    assertThat(distinct).hasSameSizeAs(bench.sent).hasSize(PortTrials.ALL_PORTS);
    assertThat(distinct).allMatch(address -> address.ip().equals(PEER.ip()));
  }

  @Test
  void sendsNothingOnceItIsStopped() {
    introduced();
    runner.localNat(now, PortKind.FIXED, 0, null);
    runner.heard(now, random());
    pass(600);
    int before = bench.sent.size();
    assertThat(before).isPositive();
    runner.stop(now);
    assertThat(runner.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
    runner.advance(now + TimeUnit.SECONDS.toNanos(1));
    runner.heard(now, note(PortKind.BLOCK, 15, new PortRange(5000, 5100)));
    runner.opened(now, new SocketId(1));
    assertThat(bench.sent).hasSize(before);
  }

  @Test
  void sendsNothingToAnAddressThatIsNotConfirmed() {
    runner.introduced(now);
    runner.localNat(now, PortKind.FIXED, 0, null);
    runner.heard(now, random());
    pass(3000);
    assertThat(bench.sent).isEmpty();
    assertThat(bench.reasons).singleElement().asString().startsWith("the rendezvous does not see");
    runner.peerAt(now, PEER);
    pass(3000);
    assertThat(bench.sent).isNotEmpty();
  }

  @Test
  void endsWithTheBudgetOfTheAddress() {
    for (int i = 0; i < BulkLimits.PER_ADDRESS_PER_HOUR - 10; i++) {
      limits.take(now, PEER.ip());
      pass(10);
    }
    pass(40_000);
    introduced();
    runner.localNat(now, PortKind.FIXED, 0, null);
    runner.heard(now, random());
    pass(9000);
    assertThat(bench.sent).hasSize(10);
    assertThat(runner.shortcoming()).hasValueSatisfying(why -> assertThat(why).contains("2048"));
  }

  @Test
  void asksForNoMoreSocketsThanARouterBears() {
    introduced();
    runner.localNat(now, PortKind.RANDOM, 0, null);
    runner.heard(now, note(PortKind.FIXED, 15, null));
    int opened = 0;
    while (now < TimeUnit.SECONDS.toNanos(5)) {
      if (opened < bench.wanted) {
        runner.opened(now, new SocketId(opened++));
      } else {
        pass(20);
      }
    }
    assertThat(bench.wanted).isEqualTo(ManyOpeners.ALL_PORTS);
    assertThat(bench.sent).hasSize(ManyOpeners.ALL_PORTS).containsOnly(PEER);
  }

  @Test
  void plainChecksFromABlockWaitForItsSweep() {
    introduced();
    assertThat(runner.plainFrom()).isEqualTo(Machine.NO_DEADLINE);
    long wait = TimeUnit.MILLISECONDS.toNanos(800);
    long introduced = now;
    runner.localNat(now, PortKind.BLOCK, 0, new PortRange(20480, 20991));
    assertThat(runner.plainFrom()).isEqualTo(introduced + wait);
    pass(120);
    runner.heard(now, note(PortKind.FIXED, 15, null));
    assertThat(runner.plainFrom()).as("of the sweep's begin").isEqualTo(now + wait);
    runner.stop(now);
    assertThat(runner.plainFrom()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void whereThereIsNoSweepNothingWaits() {
    introduced();
    runner.localNat(now, PortKind.BLOCK, 0, new PortRange(20480, 20991));
    runner.heard(now, note(PortKind.RANDOM, 15, null));
    assertThat(runner.plainFrom()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void repeatsItsNoteUntilThePeerHasHeardIt() {
    introduced();
    pass(150);
    assertThat(bench.said).hasSize(2);
    runner.heard(now, new PortNote(1, 1, PortKind.FIXED, 15, null, 0, 1, List.of()));
    int said = bench.said.size();
    pass(10_000);
    assertThat(bench.said).hasSize(said);
    assertThat(bench.said.get(said - 1).heard()).isEqualTo(1);
  }

  @Test
  void aNoteNobodyHearsIsNotRepeatedForEver() {
    introduced();
    pass(60_000);
    assertThat(bench.said).hasSize(8);
  }

  @Test
  void saysAtOnceWhatCannotBe() {
    introduced();
    runner.localNat(now, PortKind.RANDOM, 0, null);
    runner.heard(now, random());
    assertThat(bench.reasons).singleElement().asString().contains("no method is known");
    pass(5000);
    assertThat(bench.wanted).isZero();
    assertThat(bench.sent).isEmpty();
  }
}
