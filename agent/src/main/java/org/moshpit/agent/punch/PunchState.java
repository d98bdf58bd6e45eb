package org.moshpit.agent.punch;

/** Where a generation of checks stands. */
public enum PunchState {
  /** The peer's description is not known; authentic checks are answered and remembered. */
  WAITING,
  /** Checks run. */
  CHECKING,
  /** A pair is nominated. */
  COMPLETED,
  /** No pair was; silent from now on. */
  FAILED
}
