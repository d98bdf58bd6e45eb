package org.moshpit.agent.auth;

import java.io.IOException;
import java.time.Duration;

/**
 * When work that is made of several program runs must be over, however long each of them may be.
 */
final class Deadline {
  private final long at;

  private Deadline(long at) {
    this.at = at;
  }

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /**
   * This limit, or what time is left if that is less.
   *
   * @throws IOException if there is none left
   */
  Duration atMost(Duration limit) throws IOException {
    Duration left = Duration.ofNanos(at - System.nanoTime());
    if (left.isNegative() || left.isZero()) {
      throw new IOException("it took too long");
    }
    return left.compareTo(limit) < 0 ? left : limit;
  }
}
