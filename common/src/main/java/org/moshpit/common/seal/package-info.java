/**
 * Offers and answers sealed end to end, with Noise_NK_25519_ChaChaPoly_SHA256 (Noise revision 34
 * §7.5). The rendezvous carries them and reads nothing.
 *
 * <p>Pure: randomness and time are passed in. No hostile byte raises an exception here; what is
 * wrong comes as {@link org.moshpit.common.seal.Opened.Failed}, {@link
 * org.moshpit.common.seal.SealResponder.Outcome.Failed} or {@link
 * org.moshpit.common.seal.Checked.Bad}.
 *
 * <pre>
 * prologue     "moshpit/1" (9) | realm (32) | name of the box (ASCII, to the end)
 *
 * message 1    e (32) | payload, encrypted | tag (16)          laptop to box: InitiatorPayload
 * message 2    e (32) | payload, encrypted | tag (16)          box to laptop: ResponderPayload
 * later        payload, encrypted | tag (16)                   box to laptop: HandoverReady
 * </pre>
 *
 * <p>The payloads are the messages of sealed.proto, read and written as {@link
 * org.moshpit.common.seal.InitiatorContent} and {@link org.moshpit.common.seal.ResponderContent},
 * which check every bound. No message is longer than {@link
 * org.moshpit.common.seal.SealedLimits#MESSAGE}.
 *
 * <p>A person's SSH key signs the offer statement (SSHSIG, namespace moshpit-offer-v1), in the
 * encoding of RFC 4251 §5:
 *
 * <pre>
 * string  "moshpit/1"
 * string  host key blob of the box
 * string  Noise static key of the box, 32 bytes
 * string  realm, 32 bytes
 * string  name of the box
 * string  user
 * string  Noise ephemeral of message 1, 32 bytes
 * uint64  time, Unix milliseconds
 * string  nonce, 32 bytes, random
 * string  order, 16 bytes, random: the same in all offers of one connect
 * string  challenge: empty, or the 32 bytes of the box's Challenge
 * string  SHA-256 of the serialized Request
 * </pre>
 *
 * <p>The MAC of a later control message is HMAC-SHA-256 under the session secret over
 *
 * <pre>
 * string  "moshpit-control-v1"
 * string  Noise ephemeral of message 1, 32 bytes
 * string  host key blob of the box
 * string  Noise static key of the box, 32 bytes
 * string  session, 16 bytes
 * uint64  counter
 * string  SHA-256 of the serialized ControlRequest
 * </pre>
 */
package org.moshpit.common.seal;
