package org.moshpit.agent.netwatch;

import java.util.concurrent.TimeUnit;

/**
 * Tells from two clocks, looked at regularly, that this process or the whole machine stood still.
 * Pure: it reads neither clock.
 *
 * <p>While the machine sleeps the monotonic clock stands still and the wall clock goes on, so they
 * drift apart. While only the process is stopped (Ctrl-Z, SIGSTOP) both go on, and the look that
 * was due comes late; it is the first thing to happen after SIGCONT.
 */
public final class SuspendDetector {
  /** What the last look showed. */
  public enum Finding {
    /** Time passed as it should. */
    NOTHING,
    /** The wall clock moved against the monotonic one: sleep, or the clock was set. */
    CLOCK_JUMPED,
    /** The look was late: the process was stopped and continued. */
    RESUMED
  }

  private static final long JUMP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final long periodNanos;
  private final long lateNanos;
  private long lastMonotonic;
  private long lastWallMillis;

  /**
   * Begins at these times.
   *
   * @param periodNanos how often it will be asked
   * @param lateNanos how late a look may be
   */
  public SuspendDetector(long monotonicNanos, long wallMillis, long periodNanos, long lateNanos) {
    this.periodNanos = periodNanos;
    this.lateNanos = lateNanos;
    lastMonotonic = monotonicNanos;
    lastWallMillis = wallMillis;
  }

  /**
   * Looks at the clocks.
   *
   * @param monotonicNanos {@link System#nanoTime}
   * @param wallMillis Unix milliseconds
   */
  public Finding look(long monotonicNanos, long wallMillis) {
    long elapsed = monotonicNanos - lastMonotonic;
    long wallElapsed = TimeUnit.MILLISECONDS.toNanos(wallMillis - lastWallMillis);
    lastMonotonic = monotonicNanos;
    lastWallMillis = wallMillis;
    if (Math.abs(wallElapsed - elapsed) > JUMP_NANOS) {
      return Finding.CLOCK_JUMPED;
    }
    return elapsed - periodNanos > lateNanos ? Finding.RESUMED : Finding.NOTHING;
  }
}
