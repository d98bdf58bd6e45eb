package org.moshpit.rendezvous.core;

/** Unix milliseconds, counted on from the last {@link CoreInput.WallClock} by monotonic time. */
final class WallTime {
  private long unixMillis;
  private long at;

  void set(long now, long millis) {
    unixMillis = millis;
    at = now;
  }

  long at(long now) {
    return unixMillis + (now - at) / 1_000_000;
  }
}
