package org.moshpit.rendezvous.core;

/** Allows a burst, then a steady rate. Time is monotonic nanoseconds, passed in. */
public final class TokenBucket {
  private final double capacity;
  private final double perNano;
  private double level;
  private long last;

  /**
   * A full bucket.
   *
   * @param capacity the burst
   * @param perSecond the steady rate
   * @param now monotonic nanoseconds
   */
  public TokenBucket(double capacity, double perSecond, long now) {
    this.capacity = capacity;
    this.perNano = perSecond / 1e9;
    this.level = capacity;
    this.last = now;
  }

  /** Takes {@code amount} if there is as much; else takes nothing and returns false. */
  public boolean take(long now, double amount) {
    fill(now);
    if (level < amount) {
      return false;
    }
    level -= amount;
    return true;
  }

  /** Takes {@code amount} whether there is as much or not: what follows waits for it. */
  public void charge(long now, double amount) {
    fill(now);
    level -= amount;
  }

  /** Whether nothing has been taken for so long that a new bucket would be the same. */
  public boolean isFull(long now) {
    fill(now);
    return level >= capacity;
  }

  private void fill(long now) {
    level = Math.min(capacity, level + (now - last) * perNano);
    last = now;
  }
}
