package org.moshpit.agent.portmap;

import java.util.List;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** What a {@link PortMapMachine} is told. Byte arrays are handed over and never changed later. */
public sealed interface PortMapIn {
  /**
   * The default gateways as they are now, at the start and at every change of the network, also
   * when they are the same as before: a router may have begun anew. At most one for each local
   * address.
   */
  record Gateways(List<Gateway> gateways) implements PortMapIn {
    /** Copies the list. */
    public Gateways {
      gateways = List.copyOf(gateways);
    }
  }

  /**
   * A socket is open and is to be reached from outside.
   *
   * @param base what it is bound to
   */
  record Wanted(SocketId socket, TransportAddress base) implements PortMapIn {}

  /** The socket is closed, or need not be reached any more. */
  record Released(SocketId socket) implements PortMapIn {}

  /** A datagram came to the socket the gateway is asked from. */
  record Received(SocketId query, TransportAddress from, byte[] datagram) implements PortMapIn {}

  /** What became of a {@link PortMapOut.AskUpnp}. */
  record UpnpAnswered(long call, UpnpResult result) implements PortMapIn {}

  /** Everything is released; nothing more is asked. */
  record Close() implements PortMapIn {}
}
