package org.moshpit.agent.session;

/** Where an exchange stands at the box; the transitions are listed at {@link AdmissionMachine}. */
public enum AdmissionStep {
  /** Waiting for authorized_keys. */
  LISTING,
  /** A signature verified; waiting for policy. */
  DECIDING,
  /** Allowed; another offer of the same order is being opened. */
  WAITING,
  /** Allowed; the session of an earlier offer of the same order starts its checks again. */
  RESUMING,
  /** Allowed; waiting for socket and mosh-server. */
  OPENING,
  /** Answered; the port is changing hands. */
  HANDING_OVER,
  /** A control message; waiting for its counter to be on the disk. */
  COUNTING,
  /** A control message being carried out. */
  CONTROLLING,
  /** Over, answered or not. */
  DONE
}
