/**
 * The STUN responder: bytes in, at most as many out, or silence.
 *
 * <p>{@link org.moshpit.rendezvous.responder.BindingResponder} decides, without clock, socket or
 * thread; {@link org.moshpit.rendezvous.responder.StunListener} is the Netty around it, one
 * responder per event loop, every socket bound once per loop with SO_REUSEPORT; they share one
 * {@link org.moshpit.rendezvous.responder.AnswerQuotas}.
 *
 * <p>An agent's request carries USERNAME (its id, 16 hex digits), SOCKET-ID, TIME, PADDING,
 * MESSAGE-INTEGRITY under its STUN key, FINGERPRINT. The answer carries XOR-MAPPED-ADDRESS, NONCE,
 * MESSAGE-INTEGRITY, FINGERPRINT (and OTHER-ADDRESS where there is one and it fits) and is never
 * larger than the request. The NONCE is a token of {@link
 * org.moshpit.rendezvous.responder.ObservationTokens}, base64url of
 *
 * <pre>
 * time (8 bytes, Unix milliseconds) | HMAC-SHA-256 (first 16 bytes) over
 *     "moshpit-observed-v1" 0x00 | time (8) | agent id (8) | socket id (8) | port (2) | IP (4 or 16)
 * </pre>
 *
 * <p>which an agent returns on its link; the rendezvous keeps nothing in between. Anyone else's
 * Binding request is answered with at most 48 bytes, so many times a second and source network.
 * Indications, responses, RFC 3489, other methods and garbage are met with silence.
 */
package org.moshpit.rendezvous.responder;
