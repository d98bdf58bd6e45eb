package org.moshpit.agent.session;

/** So many at once, then so many a second. Starts full. */
final class TokenBucket {
  private final double burst;
  private final double perNano;
  private double tokens;
  private long last;

  TokenBucket(int burst, double perSecond, long now) {
    this.burst = burst;
    this.perNano = perSecond / 1e9;
    this.tokens = burst;
    this.last = now;
  }

  private void refill(long now) {
    tokens = Math.min(burst, tokens + (now - last) * perNano);
    last = now;
  }

  boolean hasToken(long now) {
    refill(now);
    return tokens >= 1;
  }

  void take() {
    tokens -= 1;
  }

  /** Whether forgetting it changes nothing. */
  boolean isFull(long now) {
    refill(now);
    return tokens >= burst;
  }
}
