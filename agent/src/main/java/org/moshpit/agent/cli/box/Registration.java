package org.moshpit.agent.cli.box;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Whether this box has been away from its rendezvous for too long. A link that is dialled anew
 * after a change of network, or a rendezvous that is restarted, is no trouble. For one thread,
 * which may ask as often as it likes.
 */
final class Registration {
  /** So long without a link is more than a restart of either daemon takes. */
  static final long PATIENCE_SECONDS = 60;

  private final BooleanSupplier up;
  private long lastUp;

  /**
   * Not up yet.
   *
   * @param up whether there is a link
   * @param now monotonic nanoseconds
   */
  Registration(BooleanSupplier up, long now) {
    this.up = up;
    this.lastUp = now;
  }

  /** Looks; to be called every few seconds, or the last time it was up is not known well. */
  void look(long now) {
    if (up.getAsBoolean()) {
      lastUp = now;
    }
  }

  /** One line if it has been away for more than {@value #PATIENCE_SECONDS} s; empty: it is fine. */
  Optional<String> problem(long now) {
    look(now);
    long seconds = TimeUnit.NANOSECONDS.toSeconds(now - lastUp);
    return seconds > PATIENCE_SECONDS
        ? Optional.of("not registered at the rendezvous for " + seconds + " s")
        : Optional.empty();
  }
}
