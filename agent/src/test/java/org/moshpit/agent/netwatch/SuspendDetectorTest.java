package org.moshpit.agent.netwatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.netwatch.SuspendDetector.Finding;

class SuspendDetectorTest {
  private static final long SECOND = 1_000_000_000L;

  private long monotonic = Long.MAX_VALUE - 3 * SECOND; // it may wrap around
  private long wall = 1_700_000_000_000L;
  private SuspendDetector detector;

  @BeforeEach
  void create() {
    detector = new SuspendDetector(monotonic, wall, SECOND, 2 * SECOND);
  }

  private Finding after(double monotonicSeconds, double wallSeconds) {
    monotonic += (long) (monotonicSeconds * SECOND);
    wall += (long) (wallSeconds * 1000);
    return detector.look(monotonic, wall);
  }

  @Test
  void nothingWhileTimePasses() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(after(1.01, 1.0099)).isEqualTo(Finding.NOTHING);
    }
  }

  @Test
  void aWeekendOfSleepIsOneJump() {
    assertThat(after(1, 60 * 3600)).isEqualTo(Finding.CLOCK_JUMPED);
    assertThat(after(1, 1)).isEqualTo(Finding.NOTHING);
  }

  @Test
  void aClockSetBackIsAJumpToo() {
    assertThat(after(1, -3600)).isEqualTo(Finding.CLOCK_JUMPED);
    assertThat(after(1, 1)).isEqualTo(Finding.NOTHING);
  }

  @Test
  void fiveSecondsAreTheLimit() {
    assertThat(after(1, 6)).isEqualTo(Finding.NOTHING);
    assertThat(after(1, 6.001)).isEqualTo(Finding.CLOCK_JUMPED);
  }

  @Test
  void aStoppedProcessIsLate() {
    assertThat(after(3, 3)).isEqualTo(Finding.NOTHING);
    assertThat(after(3.5, 3.5)).isEqualTo(Finding.RESUMED);
    assertThat(after(1, 1)).isEqualTo(Finding.NOTHING);
  }
}
