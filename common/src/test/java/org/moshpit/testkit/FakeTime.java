package org.moshpit.testkit;

import java.time.Duration;

/**
 * Monotonic time that moves only when told. It starts five seconds before the largest long, so that
 * a comparison other than by subtraction fails in every longer test.
 */
public final class FakeTime {
  private static final long ORIGIN = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

  private long elapsed;

  /** What {@link System#nanoTime} would say. */
  public long now() {
    return ORIGIN + elapsed;
  }

  /** Nanoseconds since the beginning; never negative. */
  public long elapsedNanos() {
    return elapsed;
  }

  /** Since the beginning. */
  public Duration elapsed() {
    return Duration.ofNanos(elapsed);
  }

  /** Moves on. */
  public void advance(Duration by) {
    advanceNanos(by.toNanos());
  }

  void advanceNanos(long by) {
    if (by < 0) {
      throw new IllegalArgumentException("time runs forwards");
    }
    elapsed += by;
  }
}
