/**
 * The relay's datagrams over UDP, between an agent and the STUN ports of its rendezvous.
 *
 * <p>Two leading bits 01 tell them from STUN (00) on the same port (after RFC 7983). The first
 * eight bytes are the cookie that the rendezvous handed to this end of this relay over its link;
 * its first three bits are 010, the others random.
 *
 * <pre>
 * data      cookie (8) | payload (1–1400), both ways
 *
 * control   48 bytes, both ways
 *    0  8   the cookie with bit 0x20 of the first byte set, so that it begins with the bits 011
 *    8  1   kind: 1 open, 2 challenge, 3 confirm, 4 opened
 *    9  7   number, big-endian: grows with every open under one cookie
 *   16 16   token: zeros in open; in the others that of the challenge
 *   32 16   HMAC-SHA-256 under the cookie's key of "moshpit-relay-v1" 0x00 and bytes 0–31, cut to 16
 * </pre>
 *
 * <p>The agent opens: {@code open →, ← challenge, confirm →, ← opened}, each as long as the others.
 * The rendezvous takes data from, and sends it to, only the address that confirmed last.
 */
package org.moshpit.common.relay;
