package org.moshpit.agent.path;

import java.util.concurrent.TimeUnit;

/** How long to wait before the next attempt: dense at first, then each minute for ever. */
final class RetrySchedule {
  private static final int[] SECONDS = {0, 1, 2, 5, 10, 30, 60};

  private int failures;

  /** Another attempt failed; says how long to wait before the next, in nanoseconds. */
  long failed() {
    int index = Math.min(failures, SECONDS.length - 1);
    failures++;
    return TimeUnit.SECONDS.toNanos(SECONDS[index]);
  }

  /** How many attempts failed in a row. */
  int failures() {
    return failures;
  }

  void reset() {
    failures = 0;
  }
}
