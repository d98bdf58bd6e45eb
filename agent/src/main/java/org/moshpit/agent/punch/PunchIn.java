package org.moshpit.agent.punch;

import java.net.InetAddress;
import java.util.List;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.candidates.LocalCandidate;
import org.moshpit.agent.punch.strategy.PortKind;
import org.moshpit.agent.punch.strategy.PortRange;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunParse;

/** What a {@link PunchMachine} is told. */
public sealed interface PunchIn {
  /**
   * A local candidate. A host candidate makes its socket one that checks leave from; a reflexive
   * one only lets answers be recognized.
   */
  record Local(LocalCandidate candidate) implements PunchIn {}

  /** A socket is no longer there. */
  record SocketClosed(SocketId socket) implements PunchIn {}

  /**
   * The peer's description; a later one of the same credentials adds candidates.
   *
   * @param startDelayNanos before ordinary checks begin; openers leave at once
   * @param seenAt where the rendezvous sees the peer, as far as it has said so before
   */
  record Remote(IceDescription description, long startDelayNanos, List<InetAddress> seenAt)
      implements PunchIn {}

  /** An address of the peer that only the rendezvous vouches for. */
  record RemoteObserved(TransportAddress address) implements PunchIn {}

  /** A STUN message that arrived on a socket, readable and with a right FINGERPRINT. */
  record Stun(SocketId socket, TransportAddress from, StunParse.Parsed parsed) implements PunchIn {}

  /**
   * What the NAT here does.
   *
   * @param step from one port to the next, of sequential ones; 0 if unknown
   * @param span where the ports of a block lie; null if unknown
   */
  record LocalNat(PortKind kind, int step, PortRange span) implements PunchIn {}

  /** A socket for a strategy is there; it is paired with nothing, but may be met on. */
  record Extra(LocalCandidate candidate) implements PunchIn {}

  /** A server saw such a socket. */
  record Seen(SocketId socket, ServerChoice server, TransportAddress at) implements PunchIn {}

  /** A STUN indication that came over the relay, readable and with a right FINGERPRINT. */
  record Note(StunParse.Parsed parsed) implements PunchIn {}

  /** Ask once whether a valid pair still is; ignored for any other. */
  record Probe(SocketId socket, TransportAddress remote) implements PunchIn {}
}
