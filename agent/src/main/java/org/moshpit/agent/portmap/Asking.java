package org.moshpit.agent.portmap;

import java.util.concurrent.TimeUnit;

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
}
