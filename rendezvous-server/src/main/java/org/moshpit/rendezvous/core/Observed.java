package org.moshpit.rendezvous.core;

import org.moshpit.common.sansio.TransportAddress;

/**
 * An address the rendezvous saw a socket of an agent at.
 *
 * @param socket the agent's id of the socket, 8 bytes
 * @param address where it was seen
 */
public record Observed(Bytes socket, TransportAddress address) {}
