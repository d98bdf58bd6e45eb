/**
 * STUN messages and attributes, bytes ↔ records (RFC 8489). Pure.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0 0| method and class, 14 bits |  length of the attributes     |
 * |                  magic cookie 0x2112A442                      |
 * |                  transaction ID, 96 bits                      |
 * +-+-+-+-+-+-+-+-+ each attribute, padded to a multiple of 4 +-+-+
 * |             type              |      length of the value      |
 * |             value …                                           |
 * </pre>
 *
 * <p>Types below 0x8000 are comprehension-required, the others comprehension-optional (§14). Two
 * attributes are Moshpit's own, in the comprehension-optional range no one has been assigned:
 * SOCKET-ID 0xED01 (8 bytes) and TIME 0xED02 (8 bytes, Unix milliseconds).
 *
 * <p>{@link org.moshpit.common.stun.StunParser} takes hostile bytes and never throws; {@link
 * org.moshpit.common.stun.StunEncoder} writes; MESSAGE-INTEGRITY and FINGERPRINT belong to the
 * encoding and so never stand among {@link org.moshpit.common.stun.StunMessage#attributes}.
 */
package org.moshpit.common.stun;
