package org.moshpit.agent.session;

/** Where a session stands with its laptop; see {@link AbandonmentMachine}. */
public enum AbandonmentStep {
  /** No client has come yet. */
  EXPECTED,
  /** One has. */
  HEARD,
  /** None came, or it fell silent for too long. */
  ABANDONED,
  /** The session is over. */
  OVER
}
