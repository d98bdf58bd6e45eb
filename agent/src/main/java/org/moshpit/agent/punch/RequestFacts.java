package org.moshpit.agent.punch;

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
  static RequestFacts of(StunMessage request) {
    return new RequestFacts(
        request.transactionId(),
        request.first(Priority.class).map(Priority::value).orElse(0L),
        request.has(UseCandidate.class));
  }
}
