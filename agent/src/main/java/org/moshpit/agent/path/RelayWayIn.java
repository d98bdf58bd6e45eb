package org.moshpit.agent.path;

import java.util.List;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** What happens to a {@link RelayWayMachine}. */
public sealed interface RelayWayIn {
  /**
   * The rendezvous gave a cookie; one before it is void.
   *
   * @param cookie as {@link org.moshpit.common.relay.RelayWire} has it
   * @param key 32 bytes
   * @param servers where to, the preferred first, all of one family; none: the link it is
   */
  record Granted(long cookie, byte[] key, List<TransportAddress> servers) implements RelayWayIn {
    /** Copies the list. */
    public Granted {
      servers = List.copyOf(servers);
    }
  }

  /** The cookie is void: the relay or the link is gone. */
  record Voided(String reason) implements RelayWayIn {}

  /** A datagram for the peer. */
  record ToPeer(byte[] bytes) implements RelayWayIn {}

  /** A datagram arrived on the socket. */
  record Received(TransportAddress from, byte[] bytes) implements RelayWayIn {}

  /**
   * A datagram of the peer's came over the link.
   *
   * @param size of its payload, bytes
   */
  record HeardByLink(int size) implements RelayWayIn {}

  /** The socket asked for is there. */
  record SocketOpened(SocketId socket) implements RelayWayIn {}

  /** It is not to be had. */
  record SocketFailed(String reason) implements RelayWayIn {}

  /** Interfaces, routes or the clock changed. */
  record NetworkChanged(String reason) implements RelayWayIn {}
}
