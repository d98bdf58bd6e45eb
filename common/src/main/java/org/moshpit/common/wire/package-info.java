/**
 * The link between an agent and its rendezvous: framing, limits, the proof a login carries, the
 * join URL and the TLS of both ends. The messages themselves stand in {@code link.proto}.
 *
 * <pre>
 * TLS 1.3 over TCP, ALPN "moshpit/1"; each direction is a sequence of frames:
 *
 *   0                 1..3
 *  +-----------------+----------------------------------+
 *  | length (varint) | ClientFrame or ServerFrame       |
 *  +-----------------+----------------------------------+
 *   length is 1..65536, least significant seven bits first, in at most three bytes
 *
 * The rendezvous speaks first (Hello). A login signs
 *
 *   "moshpit-login-v1" 00 | nonce (32) | SHA-256 of the presented SPKI (32) | name (UTF-8)
 *
 * and an enrollment the same with "moshpit-enroll-v1".
 * </pre>
 *
 * <p>Whatever breaks a limit of {@link org.moshpit.common.wire.LinkLimits} comes out of the decoder
 * as one {@link org.moshpit.common.wire.Malformed}, and nothing comes after it.
 */
package org.moshpit.common.wire;
