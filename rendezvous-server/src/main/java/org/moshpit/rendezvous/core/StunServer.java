package org.moshpit.rendezvous.core;

/**
 * A STUN port of the rendezvous.
 *
 * @param ip 4 or 16 bytes; empty: the address the agent's link goes to
 * @param port 1–65535
 */
public record StunServer(Bytes ip, int port) {}
