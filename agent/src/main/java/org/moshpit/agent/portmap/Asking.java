package org.moshpit.agent.portmap;

import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Deadlines;

/** A request under way: sent again after 250 ms, and then after twice as long each time. */
final class Asking {
  /** Transmissions; the last is given four seconds. */
  static final int TRANSMISSIONS = 5;

  private static final long FIRST_WAIT = TimeUnit.MILLISECONDS.toNanos(250);

  final byte[] request;
  long next;
  private int sent;

  Asking(byte[] request, long now) {
    this.request = request;
    this.next = now;
  }

  void transmitted(long now) {
    next = now + (FIRST_WAIT << sent);
    sent++;
  }

  boolean isExhausted() {
    return sent >= TRANSMISSIONS;
  }

  /** The earlier of a deadline and the next transmission; {@code asking} may be null. */
  static long earlier(long deadline, Asking asking) {
    return asking == null ? deadline : Deadlines.earlier(deadline, asking.next);
  }
}
