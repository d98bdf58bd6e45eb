package org.moshpit.common.seal;

/**
 * Why a box refuses somebody whose key is listed; in the order of sealed.proto's numbers, which
 * start at 0.
 */
public enum Refusal {
  /** authorized_keys, sshd's policy or the agent's own configuration forbids it. */
  POLICY,
  NO_MOSH_SERVER,
  NO_PORT,
  SESSION_LIMIT,
  LOCALE,
  /** Anything that should have worked. */
  FAILURE;

  /** A reason of a later version is a failure here. */
  static Refusal ofNumber(int number) {
    return number >= 0 && number < values().length ? values()[number] : FAILURE;
  }
}
