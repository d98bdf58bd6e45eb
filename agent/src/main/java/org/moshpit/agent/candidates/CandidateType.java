package org.moshpit.agent.candidates;

/** How a candidate was learned (RFC 8445 §4), with its recommended type preference (§5.1.2.2). */
public enum CandidateType {
  /** An address of the socket itself. */
  HOST(126),
  /** The far side of a NAT, as a STUN server saw it. */
  SERVER_REFLEXIVE(100),
  /** The far side of a NAT, as the peer saw it during a check. */
  PEER_REFLEXIVE(110),
  /** An address on a relay. Moshpit's own relay is not one: it carries sessions, not addresses. */
  RELAYED(0);

  private final int preference;

  CandidateType(int preference) {
    this.preference = preference;
  }

  /** The type preference, 0–126; larger is better. */
  public int preference() {
    return preference;
  }
}
