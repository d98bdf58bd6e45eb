package org.moshpit.agent.punch;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;

/** Which pair the controlling end nominates, and when (RFC 8445 §8.1.1, regular nomination). */
final class Nomination {
  /** After the first valid pair, so long may a better one take to show. */
  static final long GRACE = TimeUnit.MILLISECONDS.toNanos(100);

  private CandidatePair pending;
  private long dueAt = Machine.NO_DEADLINE;

  /**
   * A pair became valid.
   *
   * @param patient whether a better one may still show
   */
  void valid(long now, boolean patient) {
    if (dueAt == Machine.NO_DEADLINE) {
      dueAt = now + (patient ? GRACE : 0);
    }
  }

  /**
   * The pair to nominate now, by falling priority the first valid one, once no better one is in
   * sight; null for none. It is pending from then on.
   */
  CandidatePair choose(long now, List<CandidatePair> pairs) {
    if (pending != null) {
      return null;
    }
    boolean betterInSight = false;
    for (CandidatePair pair : pairs) {
      if (pair.valid && (!betterInSight || Deadlines.isDue(dueAt, now))) {
        pending = pair;
        return pair;
      }
      betterInSight |= pair.isOpen();
    }
    if (Deadlines.isDue(dueAt, now)) {
      dueAt = Machine.NO_DEADLINE; // nothing valid is left; the next valid pair sets it again
    }
    return null;
  }

  /** What is pending is so no longer. */
  void drop() {
    pending = null;
  }

  /** The same if it is on that socket, which is gone. */
  void drop(SocketId socket) {
    if (pending != null && pending.local.socket().equals(socket)) {
      pending = null;
    }
  }

  /** When to look again, or {@link Machine#NO_DEADLINE}. */
  long nextDeadline() {
    return pending == null ? dueAt : Machine.NO_DEADLINE;
  }
}
