package org.moshpit.agent.path;

import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** What a {@link PathMachine} is told. Byte arrays are handed over and never changed afterwards. */
public sealed interface PathIn {
  /**
   * A socket of this session is open: unasked at the beginning, later as asked for by {@link
   * PathOut.OpenSocket}, which may be answered by several, one for each local address.
   *
   * @param base what it is bound to
   */
  record SocketOpened(SocketId socket, TransportAddress base) implements PathIn {}

  /**
   * One of the sockets of {@link PathOut.OpenExtra} is open; there may be fewer than asked for.
   *
   * @param base what it is bound to
   */
  record ExtraOpened(SocketId socket, TransportAddress base) implements PathIn {}

  /** A STUN server saw such a socket: {@link PathOut.AskServer}. */
  record ExtraSeen(SocketId socket, ServerChoice server, TransportAddress at) implements PathIn {}

  /** A socket broke or its address went away; nothing can be sent from it any more. */
  record SocketLost(SocketId socket, String reason) implements PathIn {}

  /** A STUN server saw that socket at this address (the base itself, if there is no NAT). */
  record ServerReflexive(SocketId socket, TransportAddress address) implements PathIn {}

  /** The router reaches that socket at this address: one more candidate, never waited for. */
  record PortMapped(SocketId socket, TransportAddress address) implements PathIn {}

  /** The relay carries this session from now on. */
  record RelayUp() implements PathIn {}

  /** It no longer does. */
  record RelayDown(String reason) implements PathIn {}

  /**
   * What the peer said of itself, sealed. On the box it is followed by exactly one {@link
   * PathOut.LocalDescription} to answer with, at once or within half a second, if its generation is
   * new.
   *
   * @param startDelayMillis before ordinary checks begin, 0–2000, counted from this event or from
   *     the {@link PathOut.LocalDescription} it is answered with, whichever is later. On the box:
   *     what the answer needs to the laptop, and some, so that the laptop's NAT is open by then. On
   *     the laptop: 0, the box has opened its own already.
   * @param answers the local generation this is the answer to, or 0 if that is not known
   */
  record PeerDescribed(IceDescription description, int startDelayMillis, int answers)
      implements PathIn {
    /** Not known to be the answer to anything. */
    public PeerDescribed(IceDescription description, int startDelayMillis) {
      this(description, startDelayMillis, 0);
    }
  }

  /**
   * The rendezvous saw the peer at this address, and only it says so. Counts for the description
   * that comes next, or for the one that just came.
   */
  record PeerObserved(TransportAddress address) implements PathIn {}

  /** The peer asks, through the rendezvous, for another exchange. Not to be trusted. */
  record PeerHinted(String reason) implements PathIn {}

  /**
   * What was found out of this end's NAT, in the words of the JSON contract; empty if unknown.
   *
   * @param step from one port to the next, with sequential allocation; 0 if unknown
   * @param low the lowest port of the block, with block allocation; 0 if unknown
   * @param high the highest
   */
  record LocalNat(String mapping, String allocation, int step, int low, int high)
      implements PathIn {
    /** Without a word on step and block. */
    public LocalNat(String mapping, String allocation) {
      this(mapping, allocation, 0, 0, 0);
    }
  }

  /** What the rendezvous says of the peer's NAT; only ever used to explain. */
  record PeerNat(String mapping, String allocation) implements PathIn {}

  /** Anything that arrived on a socket of this session. */
  record Datagram(SocketId socket, TransportAddress from, byte[] bytes) implements PathIn {}

  /** A datagram of the session that came over the relay. */
  record FromRelay(byte[] bytes) implements PathIn {}

  /** A datagram that the application (mosh) wants sent. */
  record FromApp(byte[] bytes) implements PathIn {}

  /**
   * Measure a round trip over what carries datagrams now: {@link PathOut.RoundTrip}, or nothing.
   *
   * @param number positive, and larger than any before
   */
  record Ping(int number) implements PathIn {}

  /** Interfaces or routes changed, or the machine slept: the path may be gone. */
  record NetworkChanged(String reason) implements PathIn {}

  /**
   * The peer is to be told, directly, that the session is over; nothing is sent without a direct
   * path. {@link Close} follows, a second later if it is to arrive.
   *
   * @param reason for a person
   */
  record End(String reason) implements PathIn {}

  /** The session is over. */
  record Close() implements PathIn {}
}
