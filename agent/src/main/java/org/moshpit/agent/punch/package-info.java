/**
 * Connectivity checks: finds a pair of addresses over which two ends reach each other (RFC 8445,
 * full implementation, one component), and what ICE lacks for real NATs: openers with a low time to
 * live, a coordinated start, limits on what an unproven address gets.
 *
 * <p>On the wire it is plain ICE. Each message is a Binding message of RFC 8489:
 *
 * <pre>
 * request:  USERNAME "their ufrag:our ufrag", PRIORITY, ICE-CONTROLLING or ICE-CONTROLLED
 *           (tie-breaker), USE-CANDIDATE when it nominates,
 *           MESSAGE-INTEGRITY with their password, FINGERPRINT
 * success:  XOR-MAPPED-ADDRESS, MESSAGE-INTEGRITY with the answering end's password, FINGERPRINT
 * error:    ERROR-CODE 487 (role conflict) or 420 (with UNKNOWN-ATTRIBUTES), the same two at the end
 * </pre>
 *
 * <p>{@link org.moshpit.agent.punch.PunchMachine} is one generation of checks. What is not
 * authentic is dropped without an answer.
 */
package org.moshpit.agent.punch;
