/**
 * Candidates: what an end can be reached at, how much each is worth, and which addresses may be
 * tried at all (RFC 8445 §5.1, §6.1.2).
 *
 * <p>Values only. {@link org.moshpit.agent.candidates.IceDescription} is what one end tells the
 * other, sealed; {@link org.moshpit.agent.candidates.DestinationRules} is what keeps a lying peer
 * from aiming checks at third parties.
 */
package org.moshpit.agent.candidates;
