package org.moshpit.rendezvous.responder;

/** What became of one datagram; counted in {@link ResponderCounters}. */
public enum Outcome {
  /** An authentic agent got its address and a token. */
  AGENT_ANSWERED,
  /** A stranger's Binding request was answered. */
  STRANGER_ANSWERED,
  /** A stranger's Binding request asked what we cannot do: 420. */
  STRANGER_REFUSED,
  /** Not STUN, or broken. */
  GARBAGE,
  /** STUN, but no Binding request. */
  NOT_A_REQUEST,
  /** USERNAME is not the id of an enrolled agent. */
  UNKNOWN_AGENT,
  /** MESSAGE-INTEGRITY is missing, not last, or wrong. */
  NOT_AUTHENTIC,
  /** Authentic, but without SOCKET-ID or TIME, or with attributes agents do not send. */
  INCOMPLETE,
  /** TIME too far off: a captured request, or an agent that has not learned our clock yet. */
  STALE,
  /** Authentic, but the answer would have been larger than the request. */
  TOO_SMALL,
  /** The source network has had its share. */
  RATE_LIMITED
}
