package org.moshpit.common.seal;

/** Why a box refuses somebody whose key is listed; the names of sealed.proto's RefusalKind. */
public enum Refusal {
  /** authorized_keys, sshd's policy or the agent's own configuration forbids it. */
  POLICY,
  NO_MOSH_SERVER,
  NO_PORT,
  SESSION_LIMIT,
  LOCALE,
  /** Anything that should have worked. */
  FAILURE
}
