package org.moshpit.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RendezvousClockTest {
  private static final long HOUR = 3_600_000;

  @Test
  void itGoesOnByTheClockSinceBootAndByNoOther() {
    AtomicLong boot = new AtomicLong(77);
    RendezvousClock clock = RendezvousClock.told(1_000_000_000_000L, boot::get);
    assertThat(clock.unixMillis()).isEqualTo(1_000_000_000_000L);
    boot.addAndGet(HOUR);
    assertThat(clock.unixMillis()).isEqualTo(1_000_000_000_000L + HOUR);
  }

  @Test
  void untilItIsToldItIsGuessedFromTheWallClock() {
    assertThat(RendezvousClock.guessed(0).aheadMillis()).isBetween(-5_000L, 5_000L);
    assertThat(RendezvousClock.guessed(HOUR).aheadMillis()).isBetween(HOUR - 5_000, HOUR + 5_000);
  }
}
