package org.moshpit.agent.punch.strategy;

/**
 * How many of something there were within a time that moves along. Counted in slots: what is up to
 * one slot older counts, too.
 */
final class Rolling {
  private final long origin;
  private final long slot;
  private final int[] counts;
  private long latest;

  /** None yet, at {@code now}; the window in nanoseconds. */
  Rolling(long now, long window, int slots) {
    origin = now;
    slot = window / slots;
    counts = new int[slots + 1];
  }

  void add(long now) {
    move(now);
    counts[(int) (latest % counts.length)]++;
  }

  int count(long now) {
    move(now);
    int sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }

  /** When there will be no more than {@code most}, if nothing is added; {@code now} if so it is. */
  long belowAt(long now, int most) {
    int left = count(now);
    long at = now;
    for (int i = 1; left > most && i <= counts.length; i++) {
      left -= counts[(int) ((latest + i) % counts.length)];
      at = origin + (latest + i) * slot;
    }
    return at;
  }

  private void move(long now) {
    long index = (now - origin) / slot;
    for (int i = 0; latest < index && i < counts.length; i++) {
      latest++;
      counts[(int) (latest % counts.length)] = 0;
    }
    if (latest < index) {
      // all slots are empty: which one is the latest does not matter, only that time goes on
      latest = index;
    }
  }
}
