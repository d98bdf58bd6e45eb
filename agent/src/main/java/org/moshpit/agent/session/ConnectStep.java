package org.moshpit.agent.session;

/** Where a connect stands; the transitions are listed at {@link ConnectMachine}. */
public enum ConnectStep {
  /** Something is missing: the clock, the link, or word from the rendezvous about the box. */
  FINDING,
  /** Nobody to be found; waiting as long as for a silent box. */
  MISSING,
  /** The person is looking at a fingerprint. */
  ASKING,
  /** The keys are signing. */
  SIGNING,
  /** Signed; waiting for the link or the local description. */
  SIGNED,
  /** The offer is out. */
  OFFERED,
  /** Answered; the port is changing hands. */
  HANDING_OVER,
  /** Over. */
  DONE
}
