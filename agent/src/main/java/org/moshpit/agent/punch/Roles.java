package org.moshpit.agent.punch;

import org.moshpit.common.stun.IceControlled;
import org.moshpit.common.stun.IceControlling;
import org.moshpit.common.stun.StunMessage;

/** Our role, and what becomes of it when the peer claims the same (RFC 8445 §7.3.1.1). */
final class Roles {
  /** What to do about a check. */
  enum Verdict {
    /** The roles differ, or it does not say. */
    FINE,
    /** They are the same and ours gives way. */
    SWITCH,
    /** They are the same and the peer's gives way: answer 487. */
    REJECT
  }

  private final long tieBreaker;
  private IceRole role;

  Roles(IceRole role, long tieBreaker) {
    this.role = role;
    this.tieBreaker = tieBreaker;
  }

  IceRole role() {
    return role;
  }

  boolean isControlling() {
    return role == IceRole.CONTROLLING;
  }

  /** Whether such a check of the peer's nominates a pair. */
  boolean isNominatedBy(RequestFacts facts) {
    return facts.useCandidate() && !isControlling();
  }

  long tieBreaker() {
    return tieBreaker;
  }

  void change() {
    role = role.opposite();
  }

  /** Compares tie-breakers, unsigned, if both ends claim one role; the larger one controls. */
  Verdict judge(StunMessage request) {
    if (isControlling()) {
      return request
          .first(IceControlling.class)
          .map(theirs -> wins(theirs.tieBreaker()) ? Verdict.REJECT : Verdict.SWITCH)
          .orElse(Verdict.FINE);
    }
    return request
        .first(IceControlled.class)
        .map(theirs -> wins(theirs.tieBreaker()) ? Verdict.SWITCH : Verdict.REJECT)
        .orElse(Verdict.FINE);
  }

  private boolean wins(long theirs) {
    return Long.compareUnsigned(tieBreaker, theirs) >= 0;
  }
}
