package org.moshpit.agent.session;

import java.util.Objects;
import org.moshpit.common.sansio.TransportAddress;

/**
 * An address the rendezvous says it saw a peer's socket at. Nobody else vouches for it.
 *
 * @param socket the number the peer gave its socket, 8 bytes big-endian on the wire
 * @param address where it was seen
 */
public record ObservedSocket(long socket, TransportAddress address) {
  /** No nulls. */
  public ObservedSocket {
    Objects.requireNonNull(address);
  }
}
