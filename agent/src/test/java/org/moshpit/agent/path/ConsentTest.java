package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ConsentTest {
  private static final long START = Long.MAX_VALUE - 1000;

  private static long at(long millis) {
    return START + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static Consent consent(long seed) {
    return new Consent(START, TimeUnit.MILLISECONDS.toNanos(40), new SplittableRandom(seed));
  }

  @RepeatedTest(50)
  void anIdlePathIsAskedAfterTwoAndAHalfToFiveSeconds(RepetitionInfo info) {
    Consent consent = consent(info.getCurrentRepetition());
    assertThat(consent.isProbeDue(at(2499))).isFalse();
    assertThat(consent.isProbeDue(at(5000))).isTrue();
    long due = consent.nextDeadline(Consent.Health.GOOD);
    assertThat(consent.isProbeDue(due)).isTrue();
    assertThat(consent.isProbeDue(due - 1)).isFalse();
  }

  @Test
  void silenceIsSuspectThenDeath() {
    Consent consent = consent(1);
    consent.asked(at(5000));
    assertThat(consent.health(at(6199))).isEqualTo(Consent.Health.GOOD);
    assertThat(consent.health(at(6200))).isEqualTo(Consent.Health.SUSPECT);
    assertThat(consent.health(at(10_999))).isEqualTo(Consent.Health.SUSPECT);
    assertThat(consent.health(at(11_000))).isEqualTo(Consent.Health.DEAD);
  }

  @Test
  void anOwedAnswerIsAskedForEvery300Milliseconds() {
    Consent consent = consent(1);
    consent.asked(at(5000));
    assertThat(consent.isProbeDue(at(5299))).isFalse();
    assertThat(consent.isProbeDue(at(5300))).isTrue();
    consent.asked(at(5300));
    assertThat(consent.health(at(6200)))
        .as("owed since the first")
        .isEqualTo(Consent.Health.SUSPECT);
  }

  @Test
  void onALongWaySilenceIsWaitedForLonger() {
    Consent consent =
        new Consent(START, TimeUnit.MILLISECONDS.toNanos(900), new SplittableRandom(1));
    consent.asked(at(5000));
    assertThat(consent.health(at(7699))).isEqualTo(Consent.Health.GOOD);
    assertThat(consent.health(at(7700))).isEqualTo(Consent.Health.SUSPECT);
  }

  @Test
  void anAnswerSettlesIt() {
    Consent consent = consent(1);
    consent.asked(at(5000));
    consent.answered(at(8000), TimeUnit.MILLISECONDS.toNanos(120));
    assertThat(consent.health(at(8000))).isEqualTo(Consent.Health.GOOD);
    assertThat(consent.isProbeDue(at(10_499))).isFalse();
    assertThat(consent.rttNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
  }

  @Test
  void dataAsksOnceTheLastAnswerIsOld() {
    Consent consent = consent(1);
    consent.sent(at(599));
    assertThat(consent.isProbeDue(at(599))).isFalse();
    consent.sent(at(600));
    assertThat(consent.isProbeDue(at(600))).isTrue();
  }

  @Test
  void evidenceOfTroubleShortensPatience() {
    Consent consent = consent(1);
    consent.hurry(at(100));
    assertThat(consent.isProbeDue(at(100))).isTrue();
    consent.asked(at(100));
    assertThat(consent.health(at(349))).isEqualTo(Consent.Health.GOOD);
    assertThat(consent.health(at(350))).isEqualTo(Consent.Health.SUSPECT);
    consent.answered(at(360), -1);
    consent.asked(at(1000));
    assertThat(consent.health(at(2199))).as("patience is back").isEqualTo(Consent.Health.GOOD);
  }

  @Test
  void anUnmeasuredPathIsMeasuredAtOnce() {
    assertThat(new Consent(START, -1, new SplittableRandom(1)).isProbeDue(START)).isTrue();
  }

  @Test
  void attemptsGrowRare() {
    RetrySchedule retries = new RetrySchedule();
    for (int seconds : new int[] {0, 1, 2, 5, 10, 30, 60, 60, 60}) {
      assertThat(retries.failed()).isEqualTo(TimeUnit.SECONDS.toNanos(seconds));
    }
    retries.reset();
    assertThat(retries.failed()).isZero();
  }
}
