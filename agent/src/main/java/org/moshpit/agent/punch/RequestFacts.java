package org.moshpit.agent.punch;

import org.moshpit.common.stun.IceControlled;
import org.moshpit.common.stun.IceControlling;
import org.moshpit.common.stun.Priority;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.UseCandidate;

/**
 * What an authentic check says.
 *
 * @param id its transaction
 * @param priority for the peer-reflexive candidate it may show; 0 if it carries none
 * @param useCandidate whether it nominates
 */
record RequestFacts(TransactionId id, long priority, boolean useCandidate) {
  /** What to do about the roles (RFC 8445 §7.3.1.1). */
  enum RoleVerdict {
    /** They differ, or it does not say. */
    FINE,
    /** They are the same and ours gives way. */
    SWITCH,
    /** They are the same and the peer's gives way: answer 487. */
    REJECT
  }

  static RequestFacts of(StunMessage request) {
    return new RequestFacts(
        request.transactionId(),
        request.first(Priority.class).map(Priority::value).orElse(0L),
        request.has(UseCandidate.class));
  }

  /** Compares tie-breakers, unsigned, if both ends claim one role. */
  static RoleVerdict judge(StunMessage request, IceRole ours, long tieBreaker) {
    if (ours == IceRole.CONTROLLING) {
      return request
          .first(IceControlling.class)
          .map(
              theirs ->
                  Long.compareUnsigned(tieBreaker, theirs.tieBreaker()) >= 0
                      ? RoleVerdict.REJECT
                      : RoleVerdict.SWITCH)
          .orElse(RoleVerdict.FINE);
    }
    return request
        .first(IceControlled.class)
        .map(
            theirs ->
                Long.compareUnsigned(tieBreaker, theirs.tieBreaker()) >= 0
                    ? RoleVerdict.SWITCH
                    : RoleVerdict.REJECT)
        .orElse(RoleVerdict.FINE);
  }
}
