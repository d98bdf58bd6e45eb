package org.moshpit.agent.harvest;

import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** Events out of {@link ObserverMachine}. */
public sealed interface ObserverOut {
  /** No round trip was measured, because the request went out more than once. */
  long UNKNOWN_RTT = -1;

  /**
   * A server saw this socket. Said of each server's first answer, of each changed address, and
   * whenever a claim is due.
   *
   * @param socket the socket
   * @param wireId its name towards the rendezvous
   * @param server who saw it
   * @param address what was seen
   * @param nonce the token to return on the link within 10 s
   * @param claim whether the rendezvous should be told: the address is new to it, or {@link
   *     ObserverIn.Refresh} asked for it; other servers' views are for this host alone
   * @param rttNanos to the server and back, or {@link #UNKNOWN_RTT}
   */
  record Observed(
      SocketId socket,
      long wireId,
      TransportAddress server,
      TransportAddress address,
      String nonce,
      boolean claim,
      long rttNanos)
      implements ObserverOut {}

  /** The answer to {@link ObserverIn.Ask}. */
  record Spotted(SocketId socket, ServerChoice server, TransportAddress address)
      implements ObserverOut {}

  /**
   * A server saw a socket at another IP address than before, although nothing changed here: the
   * router in front, or its provider, has another one. Another port alone is a mapping that
   * expired. Once a minute at most: behind a pool of addresses each new mapping may have another
   * (RFC 4787 §4.1, arbitrary pooling).
   */
  record AddressChanged() implements ObserverOut {}

  /** What is known of the NATs changed. */
  record NatFound(NatBehaviour behaviour) implements ObserverOut {}

  /** No server answers this socket: UDP may be blocked. It is asked again, ever more slowly. */
  record Unanswered(SocketId socket) implements ObserverOut {}

  /**
   * The probe of {@link ObserverIn.Probe} is over; a {@link NatFound} has gone before if it told.
   */
  record Probed(SocketId socket) implements ObserverOut {}
}
