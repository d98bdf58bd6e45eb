package org.moshpit.agent.punch;

/** Who chooses the pair (RFC 8445 §6.1.1). */
public enum IceRole {
  /** Chooses; the laptop. */
  CONTROLLING,
  /** Follows; the box. */
  CONTROLLED;

  /** The other one. */
  public IceRole opposite() {
    return this == CONTROLLING ? CONTROLLED : CONTROLLING;
  }
}
