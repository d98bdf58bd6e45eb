package org.moshpit.agent.path;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;

/**
 * When a direct path is asked whether it lives, and what silence means (RFC 7675, with much shorter
 * patience, because here a relay stands by).
 *
 * <p>Only answered checks count: they alone prove both directions. A path is asked every 2.5–5 s at
 * random; earlier, once data is sent and the last answer is 600 ms old; and every 300 ms while an
 * answer is owed. It is suspect when an answer is owed for 1.2 s, or three round trips: four checks
 * lost in a row, which a path with 10 % loss each way does once in eight hundred times, and from
 * then on datagrams travel twice, which costs little when it was wrong; waiting costs a person who
 * types every key. It is dead after 6 s: twenty in a row, never by chance, and longer than an
 * access point or a mobile cell takes to hand over. RFC 7675 allows 30 s; a person at a keyboard
 * does not. Evidence of trouble from elsewhere shortens the 1.2 s to three round trips.
 */
final class Consent {
  static final long INTERVAL_MIN = TimeUnit.MILLISECONDS.toNanos(2500);
  static final long INTERVAL_MAX = TimeUnit.MILLISECONDS.toNanos(5000);
  static final long REPEAT = TimeUnit.MILLISECONDS.toNanos(300);
  static final long SUSPECT_AFTER = TimeUnit.MILLISECONDS.toNanos(1200);
  static final long DEAD_AFTER = TimeUnit.MILLISECONDS.toNanos(6000);

  /** Data asks for a check when the last answer is older. */
  static final long FRESH = TimeUnit.MILLISECONDS.toNanos(600);

  private static final long HURRIED_MIN = TimeUnit.MILLISECONDS.toNanos(250);

  /** What the silence so far means. */
  enum Health {
    GOOD,
    SUSPECT,
    DEAD
  }

  private final RandomGenerator random;
  private long lastAnswer;
  private long srtt;
  private boolean owed;
  private long owedSince;
  private long patience = SUSPECT_AFTER;
  private long nextProbe;

  /** Begins with an answer at {@code now}; {@code rttNanos} may be −1. */
  Consent(long now, long rttNanos, RandomGenerator random) {
    this.random = random;
    srtt = -1;
    answered(now, rttNanos);
    if (rttNanos < 0) {
      nextProbe = now; // to measure it
    }
  }

  void answered(long now, long rttNanos) {
    lastAnswer = now;
    owed = false;
    nextProbe = now + random.nextLong(INTERVAL_MIN, INTERVAL_MAX);
    if (rttNanos >= 0) {
      srtt = srtt < 0 ? rttNanos : srtt + (rttNanos - srtt) / 8; // RFC 6298 §2
    }
    patience = Math.max(SUSPECT_AFTER, 3 * srtt);
  }

  /** A check left. */
  void asked(long now) {
    if (!owed) {
      owed = true;
      owedSince = now;
    }
    nextProbe = now + REPEAT;
  }

  /** Data left. */
  void sent(long now) {
    if (!owed && now - lastAnswer >= FRESH) {
      nextProbe = now;
    }
  }

  /** Something says that the path may be gone. */
  void hurry(long now) {
    patience = Math.max(HURRIED_MIN, 3 * Math.max(srtt, 0));
    if (!owed) {
      nextProbe = now;
    }
  }

  boolean isAnswerFresh(long now) {
    return now - lastAnswer < Math.max(FRESH, 2 * srtt);
  }

  boolean isProbeDue(long now) {
    return nextProbe - now <= 0;
  }

  Health health(long now) {
    if (!owed || owedSince + patience - now > 0) {
      return Health.GOOD;
    }
    return owedSince + DEAD_AFTER - now > 0 ? Health.SUSPECT : Health.DEAD;
  }

  long rttNanos() {
    return srtt;
  }

  long lastAnswer() {
    return lastAnswer;
  }

  /** The next moment at which something is due, given the health acted upon so far. */
  long nextDeadline(Health known) {
    long change =
        !owed || known == Health.DEAD
            ? Machine.NO_DEADLINE
            : owedSince + (known == Health.GOOD ? patience : DEAD_AFTER);
    return Deadlines.earlier(nextProbe, change);
  }
}
