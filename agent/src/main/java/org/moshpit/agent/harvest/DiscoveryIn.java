package org.moshpit.agent.harvest;

import java.util.List;
import java.util.Objects;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** Events into {@link DiscoveryMachine}, {@link LifetimeMachine} and {@link ReachMachine}. */
public sealed interface DiscoveryIn {
  /**
   * Begin; the first event, and once.
   *
   * @param unixMillis the rendezvous' clock, milliseconds since 1970
   * @param servers the STUN servers, all of the one address family looked at, the preferred first
   */
  record Start(long unixMillis, List<TransportAddress> servers) implements DiscoveryIn {
    /** Copies the list. */
    public Start {
      servers = List.copyOf(servers);
    }
  }

  /**
   * A fresh socket.
   *
   * @param socket the socket
   * @param base the address its datagrams leave this host with, never the wildcard
   */
  record Local(SocketId socket, TransportAddress base) {
    /** Nothing is null. */
    public Local {
      Objects.requireNonNull(socket);
      Objects.requireNonNull(base);
    }
  }

  /**
   * The sockets that {@link DiscoveryOut.Open} asked for: as many, or fewer if no more can be had.
   */
  record Opened(List<Local> sockets) implements DiscoveryIn {
    /** Copies the list. */
    public Opened {
      sockets = List.copyOf(sockets);
    }
  }

  /** A datagram that arrived on one of the sockets. */
  final class Received implements DiscoveryIn {
    private final SocketId socket;
    private final TransportAddress from;
    private final byte[] datagram;

    /** The array is handed over. */
    public Received(SocketId socket, TransportAddress from, byte[] datagram) {
      this.socket = socket;
      this.from = from;
      this.datagram = datagram;
    }

    SocketId socket() {
      return socket;
    }

    TransportAddress from() {
      return from;
    }

    byte[] datagram() {
      return datagram;
    }
  }
}
