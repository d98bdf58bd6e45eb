package org.moshpit.agent.punch.strategy;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * At most 400 packets in any second, one every half millisecond: what a home router bears. In small
 * batches, so that the timer need not be precise.
 */
final class Pace {
  static final int PER_SECOND = 400;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long GAP = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long BATCH = TimeUnit.MILLISECONDS.toNanos(8);

  private final ArrayDeque<Long> sent = new ArrayDeque<>(PER_SECOND);
  private long next;
  private long wake;

  /** The first packet may leave at {@code start}. */
  Pace(long start) {
    next = start;
    wake = start;
  }

  /** Whether one more may leave now; counts it. */
  boolean take(long now) {
    if (next - now > 0) {
      return false;
    }
    while (!sent.isEmpty() && now - sent.getFirst() >= SECOND) {
      sent.removeFirst();
    }
    if (sent.size() >= PER_SECOND) {
      wake = sent.getFirst() + SECOND;
      return false;
    }
    sent.addLast(now);
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
