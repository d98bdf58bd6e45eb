package org.moshpit.agent.punch.strategy;

import java.util.concurrent.TimeUnit;

/**
 * One packet every half millisecond, and not more than {@link Means#roomAt} lets out. In small
 * batches, so that the timer need not be precise.
 */
final class Pace {
  private static final long GAP = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long BATCH = TimeUnit.MILLISECONDS.toNanos(8);

  private final Means means;
  private long next;
  private long wake;

  /** The first packet may leave at {@code start}. */
  Pace(Means means, long start) {
    this.means = means;
    next = start;
    wake = start;
  }

  /** Whether one more may leave now, and then it has to. */
  boolean take(long now) {
    if (next - now > 0) {
      return false;
    }
    long room = means.roomAt(now);
    if (room - now > 0) {
      wake = room;
      return false;
    }
    // what was missed is not made good beyond one batch: a burst is what the limit is against
    long floor = now - BATCH;
    next = (next - floor < 0 ? floor : next) + GAP;
    wake = now + BATCH;
    return true;
  }

  /** When to look again. */
  long wake() {
    return wake;
  }
}
