package org.moshpit.agent.path;

import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Machine;

/**
 * When the peer is told that the session is over. Nobody answers: the peer that heard it is gone.
 */
final class Farewell {
  /** Four of five may get lost. */
  private static final long[] AFTER = {0, 100, 250, 450, 700};

  private String reason;
  private long begun;
  private int said;

  /** From now on, and anew if it was begun before. */
  void begin(long now, String reason) {
    this.reason = reason;
    begun = now;
    said = 0;
  }

  /** Whether it is to be said now; then the next time comes later. */
  boolean isDue(long now) {
    if (reason == null || said == AFTER.length || nextDeadline() - now > 0) {
      return false;
    }
    said++;
    return true;
  }

  /** What is to be said. */
  String reason() {
    return reason;
  }

  long nextDeadline() {
    return reason == null || said == AFTER.length
        ? Machine.NO_DEADLINE
        : begun + TimeUnit.MILLISECONDS.toNanos(AFTER[said]);
  }
}
