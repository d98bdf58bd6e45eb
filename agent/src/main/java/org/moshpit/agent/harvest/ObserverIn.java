package org.moshpit.agent.harvest;

import java.util.List;
import java.util.Objects;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.nat.PortPattern;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** Events into {@link ObserverMachine}. */
public sealed interface ObserverIn {
  /**
   * The rendezvous' clock reads this now, as far as this agent knows. Wanted before anything is
   * sent, and again after a suspend, during which monotonic time stood still.
   *
   * @param unixMillis milliseconds since 1970
   */
  record Clock(long unixMillis) implements ObserverIn {}

  /**
   * The STUN servers to ask from now on, each address with each of its ports, the preferred first.
   * Those of an address family a socket has not are not asked from it.
   */
  record Servers(List<TransportAddress> servers) implements ObserverIn {
    /** Copies the list. */
    public Servers {
      servers = List.copyOf(servers);
    }
  }

  /**
   * A socket whose mapping is wanted.
   *
   * @param socket the socket
   * @param wireId its name towards the rendezvous: 8 random bytes, big-endian
   * @param base the address its datagrams leave this host with; not the wildcard, except that then
   *     "no NAT" cannot be told
   * @param keptAlive whether its mapping is to be kept alive and watched
   */
  record Watch(SocketId socket, long wireId, TransportAddress base, boolean keptAlive)
      implements ObserverIn {
    /** Nothing is null. */
    public Watch {
      Objects.requireNonNull(socket);
      Objects.requireNonNull(base);
    }
  }

  /**
   * A fresh socket that has sent nowhere and does nothing else: find the filtering with it.
   *
   * @param socket the socket; it may be closed after {@link ObserverOut.Probed}
   * @param wireId 8 random bytes, big-endian
   * @param base as in {@link Watch}
   */
  record Probe(SocketId socket, long wireId, TransportAddress base) implements ObserverIn {
    /** Nothing is null. */
    public Probe {
      Objects.requireNonNull(socket);
      Objects.requireNonNull(base);
    }
  }

  /**
   * Ask one server where a socket is seen; nothing is kept alive, classified or claimed.
   *
   * @param socket the socket; not one that is watched
   * @param wireId 8 random bytes, big-endian
   * @param base as in {@link Watch}
   * @param server which one; nothing happens if there is none like that
   */
  record Ask(SocketId socket, long wireId, TransportAddress base, ServerChoice server)
      implements ObserverIn {
    /** Nothing is null. */
    public Ask {
      Objects.requireNonNull(socket);
      Objects.requireNonNull(base);
      Objects.requireNonNull(server);
    }
  }

  /** That socket is gone, or somebody else's. */
  record Unwatch(SocketId socket) implements ObserverIn {}

  /** A new token is wanted for that socket, because the last one is too old to be claimed. */
  record Refresh(SocketId socket) implements ObserverIn {}

  /**
   * The rendezvous did not take a claim of that socket, because it came too late or twice: the
   * server is asked for a new token, every ten seconds at most.
   *
   * @param wireId its name towards the rendezvous; nothing happens if there is none of that name
   */
  record ClaimRefused(long wireId) implements ObserverIn {}

  /**
   * A {@link DiscoveryMachine} looked at this network more closely: its word on filtering and
   * allocation holds until the network changes.
   *
   * @param ports how public ports are numbered
   */
  record Discovered(NatBehaviour behaviour, PortPattern ports) implements ObserverIn {
    /** Nothing is null. */
    public Discovered {
      Objects.requireNonNull(behaviour);
      Objects.requireNonNull(ports);
    }
  }

  /** Interfaces, routes or the clock jumped: forget what was seen and ask again, now. */
  record NetworkChanged() implements ObserverIn {}

  /** A datagram for which {@link ObserverMachine#expects} said yes; any other is ignored. */
  final class Received implements ObserverIn {
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
