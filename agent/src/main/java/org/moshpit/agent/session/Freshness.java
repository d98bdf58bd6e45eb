package org.moshpit.agent.session;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.seal.OfferStatement;
import org.moshpit.common.seal.SealedLimits;

/**
 * Whether a signed statement was made now, for once.
 *
 * <p>A statement without a challenge is fresh if its time is within the window of the box's clock,
 * later than every floor, and its nonce new. Floors close the holes that forgetting opens: after a
 * start or a step of the clock the nonces of before are of no use, so whatever could have been
 * captured then (times up to a window past either clock) needs a challenge; and a statement that
 * was answered by a challenge once must not become fresh by waiting, so its key's floor rises to
 * its time. Nonces are remembered by the monotonic clock for as long as their statement could pass.
 * All is bounded; what does not fit costs a round trip, never safety.
 */
final class Freshness {
  /** What a statement is. */
  enum Verdict {
    FRESH,
    /** To be answered by a challenge. */
    STALE,
    REPLAYED
  }

  static final int NONCES_PER_KEY = 256;
  static final int KEYS = 1024;
  static final int CHALLENGES = 1024;
  static final int CHALLENGES_PER_KEY = 16;
  private static final long STEP_MILLIS = 5_000;
  private static final long DRIFT_MILLIS = 30_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final RandomGenerator random;
  private final long windowMillis;
  private final Map<SshPublicKey, History> histories = new HashMap<>();
  private final Map<ByteBuffer, Challenge> challenges = new LinkedHashMap<>();
  private boolean clockKnown;
  private long offsetMillis;
  private long driftMillis;
  private long floorMillis = Long.MIN_VALUE;

  private record Challenge(SshPublicKey key, long expiry) {}

  /** What is remembered of a key that has signed something true. */
  private static final class History {
    final Map<ByteBuffer, Long> nonces = new LinkedHashMap<>();
    long floorMillis = Long.MIN_VALUE;

    void forget(long now) {
      nonces.values().removeIf(expiry -> expiry - now <= 0);
    }
  }

  Freshness(long windowMillis, RandomGenerator random) {
    this.windowMillis = windowMillis;
    this.random = random;
  }

  /** The wall clock was read. */
  void clock(long now, long readMillis) {
    long before = wallMillis(now);
    offsetMillis = readMillis - now / NANOS_PER_MILLI;
    if (!clockKnown) {
      clockKnown = true;
      raiseFloor(readMillis + windowMillis);
      return;
    }
    long step = readMillis - before;
    driftMillis += step;
    if (Math.abs(step) > STEP_MILLIS || Math.abs(driftMillis) > DRIFT_MILLIS) {
      driftMillis = 0;
      // Set back, offers whose order was forgotten meanwhile would pass a second time.
      long orders = readMillis < before ? SealedLimits.ORDER_MILLIS : 0;
      raiseFloor(Math.max(before, readMillis) + windowMillis + orders);
    }
  }

  /** By the box's clock; meaningless before the first reading. */
  long wallMillis(long now) {
    return offsetMillis + now / NANOS_PER_MILLI;
  }

  private void raiseFloor(long millis) {
    floorMillis = Math.max(floorMillis, millis);
  }

  /** Before anything is known of the keys: is it one of those already taken? */
  boolean isReplay(long now, OfferStatement said, List<SshPublicKey> keys) {
    return keys.stream().anyMatch(key -> seen(now, key, said));
  }

  private boolean seen(long now, SshPublicKey key, OfferStatement said) {
    History history = histories.get(key);
    if (history == null) {
      return false;
    }
    history.forget(now);
    return history.nonces.containsKey(ByteBuffer.wrap(said.nonce()));
  }

  /** Once the key's signature has verified; a fresh statement is so only this once. */
  Verdict settle(long now, OfferStatement said, SshPublicKey key) {
    if (seen(now, key, said)) {
      return Verdict.REPLAYED;
    }
    if (said.challenge().length > 0) {
      return redeem(now, said, key) ? Verdict.FRESH : Verdict.STALE;
    }
    History history = history(now, key);
    if (history == null) {
      raiseFloor(floorAbove(now, said));
      return Verdict.STALE;
    }
    if (!inTime(now, said) || said.timeMillis() <= history.floorMillis) {
      history.floorMillis = Math.max(history.floorMillis, floorAbove(now, said));
      return Verdict.STALE;
    }
    if (history.nonces.size() >= NONCES_PER_KEY) {
      history.floorMillis = Math.max(history.floorMillis, said.timeMillis());
      return Verdict.STALE;
    }
    // It can pass until its time is a window old, which is two windows from now at the latest; the
    // drift the floors let through comes on top.
    long expiry = now + (2 * windowMillis + DRIFT_MILLIS + STEP_MILLIS) * NANOS_PER_MILLI;
    history.nonces.put(ByteBuffer.wrap(said.nonce()), expiry);
    return Verdict.FRESH;
  }

  /**
   * Of a clock far ahead, other offers of the same order may be on their way, and would pass once
   * the order is forgotten.
   */
  private long floorAbove(long now, OfferStatement said) {
    return said.timeMillis() > wallMillis(now) + windowMillis
        ? said.timeMillis() + SealedLimits.ORDER_MILLIS
        : said.timeMillis();
  }

  private boolean inTime(long now, OfferStatement said) {
    if (!clockKnown || said.timeMillis() <= floorMillis) {
      return false;
    }
    long wall = wallMillis(now);
    return said.timeMillis() >= wall - windowMillis && said.timeMillis() <= wall + windowMillis;
  }

  /** The key's history, made if there is room; null if not. */
  private History history(long now, SshPublicKey key) {
    History history = histories.get(key);
    if (history != null) {
      return history;
    }
    if (histories.size() >= KEYS) {
      long oldest = wallMillis(now) - windowMillis;
      histories
          .values()
          .removeIf(
              old -> {
                old.forget(now);
                return old.nonces.isEmpty() && old.floorMillis < oldest;
              });
    }
    if (histories.size() >= KEYS) {
      return null;
    }
    history = new History();
    histories.put(key, history);
    return history;
  }

  private boolean redeem(long now, OfferStatement said, SshPublicKey key) {
    ByteBuffer nonce = ByteBuffer.wrap(said.challenge());
    Challenge challenge = challenges.get(nonce);
    if (challenge == null || !challenge.key().equals(key)) {
      return false;
    }
    challenges.remove(nonce);
    return challenge.expiry() - now > 0;
  }

  /** A new challenge for a key that has just signed; good once, for one window. */
  byte[] challenge(long now, SshPublicKey key) {
    challenges.values().removeIf(old -> old.expiry() - now <= 0);
    evict(key, CHALLENGES_PER_KEY);
    evict(null, CHALLENGES);
    byte[] nonce = new byte[SealedLimits.NONCE];
    random.nextBytes(nonce);
    challenges.put(
        ByteBuffer.wrap(nonce), new Challenge(key, now + windowMillis * NANOS_PER_MILLI));
    return nonce.clone();
  }

  /** Makes room for one more of this key, or of any if null, by forgetting the oldest. */
  private void evict(SshPublicKey key, int limit) {
    long count =
        challenges.values().stream().filter(c -> key == null || c.key().equals(key)).count();
    Iterator<Challenge> oldest = challenges.values().iterator();
    while (count >= limit && oldest.hasNext()) {
      Challenge challenge = oldest.next();
      if (key == null || challenge.key().equals(key)) {
        oldest.remove();
        count--;
      }
    }
  }

  /** For tests of the bounds: nonces, histories and challenges held. */
  int held() {
    return challenges.size()
        + histories.size()
        + histories.values().stream().mapToInt(history -> history.nonces.size()).sum();
  }
}
