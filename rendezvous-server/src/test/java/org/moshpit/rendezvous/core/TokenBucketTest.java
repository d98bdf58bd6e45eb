package org.moshpit.rendezvous.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aBurstThenTheRate() {
    long now = Long.MAX_VALUE - SECOND; // Monotonic time may wrap.
    TokenBucket bucket = new TokenBucket(3, 1, now);

    assertThat(bucket.take(now, 3)).isTrue();
    assertThat(bucket.take(now, 1)).isFalse();
    assertThat(bucket.take(now + SECOND - 1, 1)).isFalse();
    assertThat(bucket.take(now + SECOND + 1, 1)).isTrue();
    assertThat(bucket.isFull(now + 3 * SECOND)).isFalse();
    assertThat(bucket.isFull(now + 5 * SECOND)).isTrue();
  }

  @Test
  void aChargeMayGoBelowNothing() {
    TokenBucket bucket = new TokenBucket(3, 1, 0);
    bucket.charge(0, 10);
    assertThat(bucket.take(7 * SECOND + 1, 1)).isFalse();
    assertThat(bucket.take(8 * SECOND + 1, 1)).isTrue();
  }
}
