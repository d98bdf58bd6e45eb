package org.moshpit.agent.path;

import java.util.concurrent.TimeUnit;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;

/** When the next attempt at a direct path is made, and how long its exchange is waited for. */
final class Attempts {
  /** The laptop's wait for the answer. */
  static final long EXCHANGE_LIMIT = TimeUnit.SECONDS.toNanos(10);

  /** Hints come through the rendezvous and prove nothing. */
  static final long HINT_GAP = TimeUnit.SECONDS.toNanos(5);

  /** An attempt before that would be in vain; if it is longer, others are made meanwhile. */
  private static final long SHORT_WAIT = TimeUnit.MINUTES.toNanos(1);

  private final IceRole role;
  private final RetrySchedule retries = new RetrySchedule();
  private final RetrySchedule hints = new RetrySchedule();
  private long begunAt;
  private long again = Machine.NO_DEADLINE;
  private boolean hinted;
  private long lastHint;

  Attempts(IceRole role) {
    this.role = role;
  }

  /** One begins, with an exchange of descriptions. */
  void begin(long now) {
    begunAt = now;
  }

  /** Its checks begin anew: what the ends of before had to wait for counts no more. */
  void renew() {
    again = Machine.NO_DEADLINE;
  }

  /** A punch has to wait until then; the laptop makes the next attempt. */
  void putOff(long until) {
    if (role == IceRole.CONTROLLING) {
      again = until;
    }
  }

  /** Whether that wait is over; asked once. */
  boolean isAgain(long now) {
    if (!Deadlines.isDue(again, now)) {
      return false;
    }
    again = Machine.NO_DEADLINE;
    return true;
  }

  /** When it is over, or {@link Machine#NO_DEADLINE}. */
  long again() {
    return again;
  }

  /** How many failed in a row. */
  int failures() {
    return retries.failures();
  }

  /**
   * The attempt failed.
   *
   * @param generation of its checks
   * @return when the next one is due, or {@link Machine#NO_DEADLINE} if the peer makes it
   */
  long failed(long now, int generation) {
    long pause = retries.failed(now - begunAt, generation);
    if (again != Machine.NO_DEADLINE && again - now <= SHORT_WAIT) {
      pause = Math.max(0, again - now); // before that it would be in vain
    }
    return role == IceRole.CONTROLLING ? now + pause : Machine.NO_DEADLINE;
  }

  /** An exchange is asked for; when to give it up, or to ask again. */
  long asked(long now) {
    return now + (role == IceRole.CONTROLLED ? Math.max(hints.failed(), HINT_GAP) : EXCHANGE_LIMIT);
  }

  /** The peer hinted; whether that is not too soon after the last time. */
  boolean takeHint(long now) {
    boolean soon = hinted && now - lastHint < HINT_GAP;
    if (!soon) {
      hinted = true;
      lastHint = now;
      retries.reset(); // something is new there
    }
    return !soon;
  }

  /** Something is new, or a path was found: attempts are dense again. */
  void reset() {
    retries.reset();
    hints.reset();
  }
}
