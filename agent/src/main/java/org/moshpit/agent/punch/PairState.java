package org.moshpit.agent.punch;

/** Where a candidate pair stands (RFC 8445 §6.1.2.6). */
enum PairState {
  /** Waits for another pair of its foundation. */
  FROZEN,
  /** To be checked. */
  WAITING,
  /** A check is out. */
  IN_PROGRESS,
  /** A check was answered. */
  SUCCEEDED,
  /** A check was not, or wrongly. */
  FAILED
}
