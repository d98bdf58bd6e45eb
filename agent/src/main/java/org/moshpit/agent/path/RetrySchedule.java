package org.moshpit.agent.path;

import java.util.concurrent.TimeUnit;
import org.moshpit.agent.punch.OpenerTtl;

/** How long to wait before the next attempt: dense at first, then one each minute for ever. */
final class RetrySchedule {
  private static final int[] SECONDS = {0, 1, 2, 5, 10, 30, 60};

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  /** From the beginning of an ordinary attempt to that of an odd one. */
  private static final long ODD_AFTER = TimeUnit.SECONDS.toNanos(20);

  private int failures;

  /** Another attempt failed; says how long to wait before the next, in nanoseconds. */
  long failed() {
    int index = Math.min(failures, SECONDS.length - 1);
    failures++;
    return TimeUnit.SECONDS.toNanos(SECONDS[index]);
  }

  /**
   * The same of an attempt that took so long, nanoseconds: a minute after it began the next one
   * begins, so that what has become possible meanwhile is found within that minute. One with an odd
   * time to live ({@link OpenerTtl}) comes in between.
   *
   * @param generation that failed
   */
  long failed(long took, int generation) {
    boolean wasOdd = OpenerTtl.isOdd(failures, generation);
    long pause = failed();
    long interval = MINUTE;
    if (OpenerTtl.isOdd(failures, generation + 1)) {
      interval = ODD_AFTER;
    } else if (wasOdd) {
      interval = MINUTE - ODD_AFTER;
    }
    return Math.max(0, Math.min(pause, interval - took));
  }

  /** How many attempts failed in a row. */
  int failures() {
    return failures;
  }

  void reset() {
    failures = 0;
  }
}
