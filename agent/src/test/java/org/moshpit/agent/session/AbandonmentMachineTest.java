package org.moshpit.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.seal.SessionId;

class AbandonmentMachineTest {
  private static final SessionId ONE = new SessionId("11".repeat(16));
  private static final SessionId TWO = new SessionId("22".repeat(16));
  private static final Duration WEEK = Duration.ofDays(7);
  private static final long BOOT = 5_000_000;

  private long now = 77;

  /** The clock since boot; it runs ahead of {@link #now} while the machine sleeps. */
  private long boot = BOOT;

  private AbandonmentMachine machine = new AbandonmentMachine(WEEK, now, boot);

  private List<AbandonmentOutput> handle(AbandonmentInput input) {
    machine.handle(now, input);
    return drain();
  }

  private List<AbandonmentOutput> drain() {
    List<AbandonmentOutput> said = new ArrayList<>();
    for (AbandonmentOutput one = machine.pollEvent(); one != null; one = machine.pollEvent()) {
      said.add(one);
    }
    assertThat(machine.pollTransmit()).isNull();
    return said;
  }

  private List<AbandonmentOutput> pass(Duration time) {
    now += time.toNanos();
    boot += time.toMillis();
    machine.handleTimeout(now);
    return drain();
  }

  private List<AbandonmentOutput> sleep(Duration time) {
    boot += time.toMillis();
    return handle(new AbandonmentInput.Clock(boot));
  }

  private static AbandonmentOutput moved(SessionId session, AbandonmentStep step, String reason) {
    return new AbandonmentOutput.Moved(session, step, reason);
  }

  private static AbandonmentOutput abandonedForAWeek(SessionId session) {
    return moved(session, AbandonmentStep.ABANDONED, "nothing was heard of the laptop for 7 days");
  }

  private AbandonmentMachine.Outlook outlook() {
    return machine.outlook(now, ONE).orElseThrow();
  }

  @Test
  void aSessionNobodyCallsIsAbandonedAfterAMinute() {
    assertThat(machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
    assertThat(handle(new AbandonmentInput.Opened(ONE)))
        .containsExactly(moved(ONE, AbandonmentStep.EXPECTED, "mosh-server runs"));
    assertThat(outlook()).isEqualTo(new AbandonmentMachine.Outlook(-1, 60_000));
    assertThat(machine.nextDeadline()).isEqualTo(now + Duration.ofSeconds(60).toNanos());
    assertThat(pass(Duration.ofMillis(59_999))).isEmpty();
    assertThat(pass(Duration.ofMillis(1)))
        .containsExactly(moved(ONE, AbandonmentStep.ABANDONED, "no client came within 1 minute"));
    assertThat(outlook().endsInMillis()).isZero();
    assertThat(machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void aSilentLaptopsSessionIsAbandonedAfterTheTimeSetAndOnce() {
    handle(new AbandonmentInput.Opened(ONE));
    assertThat(handle(new AbandonmentInput.Heard(ONE)))
        .containsExactly(
            new AbandonmentOutput.Persist(ONE, BOOT),
            moved(ONE, AbandonmentStep.HEARD, "a client has come"));
    assertThat(pass(WEEK.minusMillis(1))).isEmpty();
    assertThat(outlook()).isEqualTo(new AbandonmentMachine.Outlook(WEEK.toMillis() - 1, 1));
    assertThat(pass(Duration.ofMillis(1))).containsExactly(abandonedForAWeek(ONE));
    // its end is under way, whoever comes now
    assertThat(handle(new AbandonmentInput.Heard(ONE))).isEmpty();
    assertThat(pass(WEEK)).isEmpty();
    assertThat(handle(new AbandonmentInput.Ended(ONE)))
        .containsExactly(moved(ONE, AbandonmentStep.OVER, "the session ended"));
    assertThat(machine.outlook(now, ONE)).isEmpty();
    assertThat(handle(new AbandonmentInput.Ended(ONE))).isEmpty();
  }

  @Test
  void aLaptopThatIsHeardKeepsItsSessionAndIsWrittenDownOnceAnHour() {
    handle(new AbandonmentInput.Opened(ONE));
    List<AbandonmentOutput> said = new ArrayList<>(handle(new AbandonmentInput.Heard(ONE)));
    for (int minute = 0; minute < 30 * 24 * 60; minute++) {
      said.addAll(pass(Duration.ofMinutes(1)));
      said.addAll(handle(new AbandonmentInput.Heard(ONE)));
    }
    assertThat(said).filteredOn(AbandonmentOutput.Persist.class::isInstance).hasSize(1 + 30 * 24);
    assertThat(said).filteredOn(AbandonmentOutput.Moved.class::isInstance).hasSize(1);
    assertThat(outlook()).isEqualTo(new AbandonmentMachine.Outlook(0, WEEK.toMillis()));
  }

  @Test
  void sleepCounts() {
    handle(new AbandonmentInput.Opened(ONE));
    handle(new AbandonmentInput.Heard(ONE));
    pass(Duration.ofDays(1));
    assertThat(sleep(Duration.ofDays(5))).isEmpty();
    assertThat(outlook().silentMillis()).isEqualTo(Duration.ofDays(6).toMillis());
    assertThat(machine.nextDeadline()).isEqualTo(now + Duration.ofDays(1).toNanos());
    assertThat(sleep(Duration.ofDays(1))).containsExactly(abandonedForAWeek(ONE));
  }

  /** The clock is read in steps of ten milliseconds, so it may seem to lag. */
  @Test
  void aClockThatLagsTakesNothingBack() {
    handle(new AbandonmentInput.Opened(ONE));
    pass(Duration.ofSeconds(30));
    handle(new AbandonmentInput.Clock(boot - 20_000));
    assertThat(outlook().endsInMillis()).isEqualTo(30_000);
  }

  /**
   * After a restart: heard as late as it may have been, an hour after it was written down; but that
   * it was is not known, and not said.
   */
  @Test
  void aRestartCountsOn() {
    machine = new AbandonmentMachine(WEEK, now, BOOT);
    long days = Duration.ofDays(3).toMillis();
    boot = BOOT + days;
    machine = new AbandonmentMachine(WEEK, now, boot);
    assertThat(handle(new AbandonmentInput.Restored(ONE, BOOT)))
        .containsExactly(moved(ONE, AbandonmentStep.HEARD, "restored"));
    long hour = Duration.ofHours(1).toMillis();
    assertThat(outlook())
        .isEqualTo(new AbandonmentMachine.Outlook(-1, WEEK.toMillis() - days + hour));
    assertThat(pass(Duration.ofDays(4))).isEmpty();
    assertThat(outlook().silentMillis()).isEqualTo(-1);
    assertThat(pass(Duration.ofHours(1))).containsExactly(abandonedForAWeek(ONE));
  }

  @Test
  void whoWasSilentForTooLongWhileNoAgentRanIsAbandonedAtOnce() {
    boot = BOOT + Duration.ofDays(8).toMillis();
    machine = new AbandonmentMachine(WEEK, now, boot);
    assertThat(handle(new AbandonmentInput.Restored(ONE, BOOT)))
        .containsExactly(moved(ONE, AbandonmentStep.HEARD, "restored"), abandonedForAWeek(ONE));
  }

  @Test
  void oneHeardJustNowIsNotHeardInTheFuture() {
    handle(new AbandonmentInput.Restored(ONE, boot - 5));
    assertThat(outlook()).isEqualTo(new AbandonmentMachine.Outlook(-1, WEEK.toMillis()));
    // a clock that began anew, as a container's may: no mosh-server outlives a real reboot
    handle(new AbandonmentInput.Restored(ONE, boot + WEEK.toMillis() * 9));
    assertThat(outlook()).isEqualTo(new AbandonmentMachine.Outlook(-1, WEEK.toMillis()));
  }

  @Test
  void restoredWithoutAClientItHasAnotherMinuteAndOfAnOlderAgentTheWholeTime() {
    assertThat(handle(new AbandonmentInput.Restored(ONE, 0)))
        .containsExactly(moved(ONE, AbandonmentStep.EXPECTED, "restored, without a client so far"));
    assertThat(outlook()).isEqualTo(new AbandonmentMachine.Outlook(-1, 60_000));
    handle(new AbandonmentInput.Restored(TWO, -1));
    assertThat(machine.outlook(now, TWO))
        .contains(new AbandonmentMachine.Outlook(-1, WEEK.toMillis()));
    // and it is written down as soon as there is something to write
    assertThat(handle(new AbandonmentInput.Heard(TWO)))
        .containsExactly(new AbandonmentOutput.Persist(TWO, boot));
    assertThat(machine.outlook(now, TWO))
        .contains(new AbandonmentMachine.Outlook(0, WEEK.toMillis()));
  }

  @Test
  void theNextDeadlineIsTheSoonestOfAll() {
    handle(new AbandonmentInput.Opened(ONE));
    handle(new AbandonmentInput.Heard(ONE));
    pass(Duration.ofSeconds(10));
    handle(new AbandonmentInput.Opened(TWO));
    assertThat(machine.nextDeadline()).isEqualTo(now + Duration.ofSeconds(60).toNanos());
    handle(new AbandonmentInput.Heard(TWO));
    assertThat(machine.nextDeadline()).isEqualTo(now + WEEK.minusSeconds(10).toNanos());
    assertThat(pass(WEEK.minusSeconds(10))).containsExactly(abandonedForAWeek(ONE));
    assertThat(machine.nextDeadline()).isEqualTo(now + Duration.ofSeconds(10).toNanos());
  }

  @Test
  void whatIsNotKnownIsPassedOver() {
    assertThat(handle(new AbandonmentInput.Heard(ONE))).isEmpty();
    assertThat(handle(new AbandonmentInput.Ended(ONE))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "604800, 7 days",
    "86400, 1 day",
    "90000, 25 hours",
    "3600, 1 hour",
    "5400, 90 minutes",
    "60, 1 minute",
    "61, 61 seconds",
  })
  void timeIsSaidAsPeopleSayIt(long seconds, String words) {
    assertThat(AbandonmentMachine.words(seconds * 1000)).isEqualTo(words);
  }
}
