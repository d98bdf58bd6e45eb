package org.moshpit.agent.session;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The first check of all: token buckets, one per link key and one for all. */
final class OfferGate {
  static final int KEYS = 1024;

  private final AdmissionLimits limits;
  private final Map<String, TokenBucket> buckets = new HashMap<>();
  private TokenBucket all;

  OfferGate(AdmissionLimits limits) {
    this.limits = limits;
  }

  /** Nothing if one more of this link key may be looked at. */
  Optional<DropReason> refuse(long now, String fromKey) {
    if (all == null) {
      all = new TokenBucket(limits.offersAtOnce(), limits.offersPerSecond(), now);
    }
    TokenBucket own = buckets.get(fromKey);
    if (own == null) {
      if (buckets.size() >= KEYS) {
        buckets.values().removeIf(bucket -> bucket.isFull(now));
      }
      if (buckets.size() >= KEYS) {
        return Optional.of(DropReason.RATE_OF_ALL);
      }
      own = new TokenBucket(limits.offersAtOncePerKey(), limits.offersPerSecondPerKey(), now);
      buckets.put(fromKey, own);
    }
    // Its own bucket first: who floods shall not empty the one of all.
    if (!own.hasToken(now)) {
      return Optional.of(DropReason.RATE_OF_KEY);
    }
    if (!all.hasToken(now)) {
      return Optional.of(DropReason.RATE_OF_ALL);
    }
    own.take();
    all.take();
    return Optional.empty();
  }
}
