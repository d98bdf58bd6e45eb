package org.moshpit.agent.session;

import java.time.Duration;

/**
 * How much a box lets itself in for.
 *
 * @param offersAtOncePerKey offers and control messages of one link key in a burst
 * @param offersPerSecondPerKey the same, lasting
 * @param offersAtOnce of all link keys together in a burst
 * @param offersPerSecond the same, lasting
 * @param sessions at once, all users
 * @param sessionsPerUser at once, one user
 * @param window how far a statement's time may be off without a challenge
 */
public record AdmissionLimits(
    int offersAtOncePerKey,
    double offersPerSecondPerKey,
    int offersAtOnce,
    double offersPerSecond,
    int sessions,
    int sessionsPerUser,
    Duration window) {
  /**
   * Enough for a hundred sessions opened at once by one laptop; what gets this far costs about a
   * millisecond, so that the lasting rates are a few percent of one processor.
   */
  public static AdmissionLimits of(int sessions, int sessionsPerUser) {
    return new AdmissionLimits(150, 3, 300, 30, sessions, sessionsPerUser, Duration.ofMinutes(2));
  }
}
