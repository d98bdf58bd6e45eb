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
    final List<NotNow> waits = new ArrayList<>();
    final List<String> reasons = new ArrayList<>();
    int wanted;
    SocketId known = KNOWN;

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
      return known;
    }

    @Override
    public void say(long now, PortNote note, NotNow wait) {
      said.add(note);
      waits.add(wait);
    }

    @Override
    public void sampled(PortKind kind, PortRange span) {}

    @Override
    public void using(String phrase) {}

    @Override
    public void noStrategy(Shortcoming why) {
      reasons.add(why.why());
    }
  }

  private static TransportAddress at(int port) {
    return new TransportAddress(PEER.ip(), port);
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
    runner.introduced(now, PEER.ip());
    runner.peerAt(now, PEER);
  }

  /** An easy NAT here, random ports at a peer that need not wait. */
  private void birthday() {
    introduced();
    runner.localNat(now, PortKind.FIXED, 0, null);
    runner.heard(now, random(), null);
  }

  @Test
  void thePeersNoteMayComeBeforeOurOwnNatIsKnown() {
    introduced();
    runner.heard(now, random(), null);
    pass(1000);
    assertThat(bench.sent).isEmpty();
    runner.localNat(now, PortKind.FIXED, 0, null);
    pass(3000);
    assertThat(bench.sent).hasSize(PortTrials.ALL_PORTS);
  }

  @Test
  void triesNoPortTwiceAndNoOtherAddress() {
    birthday();
    pass(9000);
    Set<TransportAddress> distinct = new HashSet<>(bench.sent);
    assertThat(distinct).hasSameSizeAs(bench.sent).hasSize(PortTrials.ALL_PORTS);
    assertThat(distinct).allMatch(address -> address.ip().equals(PEER.ip()));
  }

  @Test
  void sendsNothingOnceItIsStopped() {
    birthday();
    pass(600);
    int before = bench.sent.size();
    assertThat(before).isPositive();
    runner.stop(now);
    assertThat(runner.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
    runner.advance(now + TimeUnit.SECONDS.toNanos(1));
    runner.heard(now, note(PortKind.BLOCK, 15, new PortRange(5000, 5100)), null);
    runner.opened(now, new SocketId(1));
    assertThat(bench.sent).hasSize(before);
  }

  @Test
  void sendsNothingToAnAddressThatIsNotConfirmed() {
    runner.introduced(now, PEER.ip());
    runner.localNat(now, PortKind.FIXED, 0, null);
    runner.heard(now, random(), null);
    pass(3000);
    assertThat(bench.sent).isEmpty();
    assertThat(bench.reasons).singleElement().asString().startsWith("the rendezvous does not see");
    runner.peerAt(now, PEER);
    pass(3000);
    assertThat(bench.sent).isNotEmpty();
  }

  /** Uses up the hour's checks of the peer's address, but for so many. */
  private void spend(int left) {
    assertThat(limits.begin(now, bench, PEER.ip(), 900)).isEmpty();
    for (int i = 0; i < BulkLimits.PER_ADDRESS_PER_HOUR - left; i++) {
      limits.take(now, bench, PEER.ip());
      pass(10);
    }
    limits.end(now, bench);
    pass(40_000);
  }

  private NotNow lastWait() {
    return bench.waits.get(bench.waits.size() - 1);
  }

  @Test
  void beginsNoPunchThatTheHoursChecksAreTooFewFor() {
    spend(200);
    introduced();
    runner.localNat(now, PortKind.FIXED, 0, null);
    assertThat(lastWait().cause()).isEqualTo(NotNow.Cause.HOUR);
    runner.heard(now, random(), null);
    pass(9000);
    assertThat(bench.sent).isEmpty();
    assertThat(runner.shortcoming().why()).contains("2,048", "this end");
    // the spending took a minute and a bit: what is needed is free again an hour after its middle
    assertThat(runner.shortcoming().until() - now)
        .isBetween(TimeUnit.MINUTES.toNanos(55), TimeUnit.MINUTES.toNanos(61));
  }

  @Test
  void withEnoughOfThemLeftItBegins() {
    spend(PortTrials.BLOCK);
    birthday();
    pass(9000);
    assertThat(bench.sent).hasSize(PortTrials.ALL_PORTS);
  }

  @Test
  void makesNoHalfOfAPunchThatThePeerPutsOff() {
    introduced();
    runner.localNat(now, PortKind.FIXED, 0, null);
    NotNow pause = new NotNow(NotNow.Cause.PAUSE, now + TimeUnit.SECONDS.toNanos(12));
    runner.heard(now, random(), pause);
    pass(3000);
    assertThat(bench.sent).isEmpty();
    assertThat(bench.wanted).isZero();
    assertThat(runner.shortcoming().why()).contains("the peer made one");
    assertThat(runner.shortcoming().until()).isEqualTo(pause.until());
    assertThat(limits.against(now, PEER.ip(), 900)).as("nothing began here").isEmpty();
  }

  @Test
  void endsItsHalfWhenThePeerFindsOutThatItHasToWait() {
    birthday();
    pass(600);
    int before = bench.sent.size();
    assertThat(before).isPositive();
    NotNow another = new NotNow(NotNow.Cause.ANOTHER, now + TimeUnit.SECONDS.toNanos(24));
    PortNote later = new PortNote(2, 0, PortKind.RANDOM, 15, PortRange.ALL, 0, 1, List.of());
    runner.heard(now, later, another);
    pass(3000);
    assertThat(bench.sent).hasSize(before);
    assertThat(runner.isAtWork()).isFalse();
    assertThat(bench.reasons).last().asString().contains("the peer is making one");
  }

  /** Nothing stands against it any more when its turn comes; but the peer waits. */
  @Test
  void makesNoHalfOfAPunchThatItHasPutOffItself() {
    assertThat(limits.of("another", "key").begin(now, this, PEER.ip(), 900)).isEmpty();
    limits.end(now, this);
    pass(19_700);
    introduced();
    runner.localNat(now, PortKind.FIXED, 0, null);
    assertThat(lastWait().cause()).isEqualTo(NotNow.Cause.PAUSE);
    pass(500);
    runner.heard(now, random(), null);
    pass(3000);
    assertThat(lastWait()).as("said the same again").isNotNull();
    assertThat(bench.sent).isEmpty();
    assertThat(runner.shortcoming().why()).contains("this end made one");
    assertThat(limits.against(now, PEER.ip(), 900)).as("it has the next turn").isEmpty();
    assertThat(limits.of("third", "key").against(now, PEER.ip(), 900))
        .hasValueSatisfying(wait -> assertThat(wait.cause()).isEqualTo(NotNow.Cause.TURN));
  }

  /** Its block was not looked at, because of the wait; its peer has a place all the same. */
  @Test
  void behindABlockItHasAPlaceToo() {
    assertThat(limits.of("another", "key").begin(now, this, PEER.ip(), 900)).isEmpty();
    introduced();
    runner.localNat(now, PortKind.BLOCK, 0, null);
    assertThat(bench.wanted).isZero();
    runner.heard(now, note(PortKind.FIXED, 15, null), null);
    assertThat(bench.reasons).singleElement().asString().contains("another session");
    pass(1000);
    limits.end(now, this);
    assertThat(limits.of("third", "key").against(now, PEER.ip(), 900))
        .hasValueSatisfying(wait -> assertThat(wait.cause()).isEqualTo(NotNow.Cause.TURN));
  }

  @Test
  void aSandwichWaitsForNobody() {
    introduced();
    runner.localNat(now, PortKind.STEPPED, 1, null);
    NotNow pause = new NotNow(NotNow.Cause.PAUSE, now + TimeUnit.SECONDS.toNanos(12));
    runner.heard(now, note(PortKind.FIXED, 15, null), pause);
    assertThat(runner.isAtWork()).isTrue();
    assertThat(bench.reasons).isEmpty();
  }

  /** A peer may say that a meeting lies at any of hundreds of ports: then they are many flows. */
  private void manyMeetings() {
    introduced();
    runner.localNat(now, PortKind.FIXED, 0, null);
    List<PortRange> anywhere =
        List.of(new PortRange(1000, 1063), new PortRange(2000, 2063), new PortRange(3000, 3063));
    runner.heard(now, new PortNote(1, 0, PortKind.STEPPED, 15, null, 0, 1, anywhere), null);
    pass(5000);
  }

  @Test
  void meetingsAtManyPortsTakeATurn() {
    manyMeetings();
    assertThat(bench.sent).hasSize(192 * 5);
    assertThat(limits.of("another", "key").against(now, PEER.ip(), 900))
        .hasValueSatisfying(wait -> assertThat(wait.cause()).isEqualTo(NotNow.Cause.ANOTHER));
    runner.stop(now);
    pass(31_000);
    assertThat(limits.of("another", "key").against(now, PEER.ip(), 900)).isEmpty();
  }

  @Test
  void meetingsAtManyPortsAreFewWithoutATurn() {
    assertThat(limits.of("another", "key").begin(now, this, PEER.ip(), 900)).isEmpty();
    manyMeetings();
    assertThat(bench.sent).hasSize(BulkLimits.OUT_OF_TURN);
    assertThat(bench.reasons).singleElement().asString().contains("another session");
    runner.stop(now);
    limits.of("another", "key").end(now, this);
    pass(TimeUnit.NANOSECONDS.toMillis(Turns.COOLDOWN));
    assertThat(limits.of("third", "key").against(now, PEER.ip(), 900))
        .as("it has a place")
        .hasValueSatisfying(wait -> assertThat(wait.cause()).isEqualTo(NotNow.Cause.TURN));
  }

  @Test
  void theLongerWaitIsTheReason() {
    spend(200);
    introduced();
    runner.localNat(now, PortKind.FIXED, 0, null);
    NotNow pause = new NotNow(NotNow.Cause.PAUSE, now + TimeUnit.SECONDS.toNanos(12));
    runner.heard(now, random(), pause);
    assertThat(bench.reasons).singleElement().asString().contains("2,048");
  }

  @Test
  void tellsThePeerWhenASessionThatBeganMeanwhileIsInTheWay() {
    introduced();
    runner.localNat(now, PortKind.FIXED, 0, null);
    assertThat(lastWait()).isNull();
    assertThat(limits.of("another", "key").begin(now, this, PEER.ip(), 900)).isEmpty();
    runner.heard(now, random(), null);
    assertThat(lastWait().cause()).isEqualTo(NotNow.Cause.ANOTHER);
    assertThat(bench.said.get(bench.said.size() - 1).number())
        .as("news, or the peer would not look")
        .isGreaterThan(bench.said.get(0).number());
    pass(3000);
    assertThat(bench.sent).isEmpty();
  }

  @Test
  void asksForNoMoreSocketsThanARouterBears() {
    introduced();
    runner.localNat(now, PortKind.RANDOM, 0, null);
    runner.heard(now, note(PortKind.FIXED, 15, null), null);
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

  /** A lost answer of sixteen must not put the punch off by as long as an answer may take. */
  @Test
  void aBlockIsKnownSoonAfterTwelveOfSixteenAnswers() {
    introduced();
    runner.localNat(now, PortKind.BLOCK, 0, null);
    for (int socket = 0; socket < BlockSample.SOCKETS; socket++) {
      runner.opened(now, new SocketId(socket));
    }
    pass(100);
    for (int socket = 0; socket < 11; socket++) {
      runner.seen(now, new SocketId(socket), ServerChoice.FIRST, at(20480 + 13 * socket));
    }
    // the same answer again is no further one
    runner.seen(now, new SocketId(0), ServerChoice.FIRST, at(20480));
    pass(40);
    assertThat(kindTold()).isEqualTo(PortKind.UNKNOWN);
    runner.seen(now, new SocketId(11), ServerChoice.FIRST, at(20960));
    pass(20);
    assertThat(kindTold()).as("the others may be on their way").isEqualTo(PortKind.UNKNOWN);
    runner.seen(now, new SocketId(15), ServerChoice.FIRST, at(20970));
    pass(11);
    assertThat(kindTold()).isEqualTo(PortKind.BLOCK);
    assertThat(lastNote().span()).isEqualTo(new PortRange(20480, 20970));
  }

  @Test
  void tooFewAnswersAreNoProofOfRandomPorts() {
    introduced();
    runner.localNat(now, PortKind.BLOCK, 0, null);
    for (int socket = 0; socket < BlockSample.SOCKETS; socket++) {
      runner.opened(now, new SocketId(socket));
    }
    for (int socket = 0; socket < BlockSample.ENOUGH - 1; socket++) {
      runner.seen(now, new SocketId(socket), ServerChoice.FIRST, at(20480 + 13 * socket));
    }
    runner.heard(now, note(PortKind.FIXED, 15, null), null);
    pass(9000);
    assertThat(kindTold()).isEqualTo(PortKind.UNKNOWN);
    assertThat(bench.wanted).isEqualTo(BlockSample.SOCKETS);
    assertThat(bench.sent).isEmpty();
    assertThat(bench.reasons).last().asString().contains("too few questions");
    assertThat(runner.plainFrom()).as("plain checks are left").isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void aBlockIsLookedAtOnceThereIsASocket() {
    bench.known = null;
    introduced();
    runner.localNat(now, PortKind.BLOCK, 0, null);
    pass(3000);
    assertThat(bench.wanted).isZero();
    bench.known = KNOWN;
    runner.advance(now);
    assertThat(bench.wanted).isEqualTo(BlockSample.SOCKETS);
  }

  @Test
  void whatIsLearntBeforeTheBlockIsLookedAtCounts() {
    bench.known = null;
    introduced();
    runner.localNat(now, PortKind.BLOCK, 0, null);
    runner.localNat(now, PortKind.FIXED, 0, null);
    bench.known = KNOWN;
    pass(3000);
    assertThat(bench.wanted).isZero();
    assertThat(kindTold()).isEqualTo(PortKind.FIXED);
  }

  /** What its router says of it may be false; the hour is of where it is seen. */
  @Test
  void thePeerIsToldOfTheWaitForTheAddressItIsSeenAt() {
    spend(200);
    runner.introduced(now, TransportAddress.parse("198.51.100.9:1").ip());
    runner.localNat(now, PortKind.FIXED, 0, null);
    assertThat(lastWait()).isNull();
    int number = lastNote().number();
    runner.peerAt(now, PEER);
    assertThat(lastWait().cause()).isEqualTo(NotNow.Cause.HOUR);
    assertThat(lastNote().number()).as("news").isGreaterThan(number);
  }

  private PortKind kindTold() {
    return lastNote().kind();
  }

  private PortNote lastNote() {
    return bench.said.get(bench.said.size() - 1);
  }

  @Test
  void plainChecksFromABlockWaitForItsSweep() {
    introduced();
    assertThat(runner.plainFrom()).isEqualTo(Machine.NO_DEADLINE);
    long wait = TimeUnit.MILLISECONDS.toNanos(1400);
    long introduced = now;
    runner.localNat(now, PortKind.BLOCK, 0, new PortRange(20480, 20991));
    assertThat(runner.plainFrom()).isEqualTo(introduced + wait);
    pass(120);
    runner.heard(now, note(PortKind.FIXED, 15, null), null);
    assertThat(runner.plainFrom()).as("of the sweep's begin").isEqualTo(now + wait);
    runner.stop(now);
    assertThat(runner.plainFrom()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void whereThereIsNoSweepNothingWaits() {
    introduced();
    runner.localNat(now, PortKind.BLOCK, 0, new PortRange(20480, 20991));
    runner.heard(now, note(PortKind.RANDOM, 15, null), null);
    assertThat(runner.plainFrom()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void repeatsItsNoteUntilThePeerHasHeardIt() {
    introduced();
    pass(150);
    assertThat(bench.said).hasSize(2);
    runner.heard(now, new PortNote(1, 1, PortKind.FIXED, 15, null, 0, 1, List.of()), null);
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
    runner.heard(now, random(), null);
    assertThat(bench.reasons).singleElement().asString().contains("no method is known");
    pass(5000);
    assertThat(bench.wanted).isZero();
    assertThat(bench.sent).isEmpty();
  }

  /** What is switched off is not looked into either: the router has no flows of it. */
  @Test
  void aBlockIsNotLookedAtWhereNothingWouldComeOfIt() {
    for (Set<String> words : List.of(Set.<String>of(), Set.of("sandwich", "windows"))) {
      Bench quiet = new Bench();
      StrategyRunner off =
          new StrategyRunner(quiet, BulkLimits.ofWords(words), new SplittableRandom(1));
      off.introduced(now, PEER.ip());
      off.peerAt(now, PEER);
      off.localNat(now, PortKind.BLOCK, 0, null);
      off.heard(now, note(PortKind.FIXED, 15, null), null);
      off.advance(now + TimeUnit.SECONDS.toNanos(9));
      assertThat(quiet.wanted).isZero();
      assertThat(quiet.sent).isEmpty();
      assertThat(off.plainFrom()).isEqualTo(Machine.NO_DEADLINE);
      assertThat(quiet.said).last().matches(told -> told.kind() == PortKind.BLOCK);
      assertThat(quiet.reasons)
          .containsExactly("the strategies for these NATs (sweep, birthday) are switched off here");
    }
  }
}
