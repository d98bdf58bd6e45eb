package org.moshpit.agent.punch;

import java.net.InetAddress;
import org.moshpit.agent.punch.strategy.PortKind;
import org.moshpit.agent.punch.strategy.PortRange;
import org.moshpit.agent.punch.strategy.Shortcoming;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** What a {@link PunchMachine} says. */
public sealed interface PunchOut {
  /** A state change of the whole generation. */
  record StateChanged(PunchState from, PunchState to, String reason) implements PunchOut {}

  /** A check on that pair was answered for the first time. */
  record Validated(SocketId socket, TransportAddress remote) implements PunchOut {}

  /** The peer sees that socket at an address we did not know (RFC 8445 §7.2.5.3.1). */
  record PeerReflexive(SocketId socket, TransportAddress address) implements PunchOut {}

  /**
   * The controlling end chose this pair. Comes again if it chooses another.
   *
   * @param roundTrips how many authenticated ones it has by now
   */
  record Nominated(SocketId socket, TransportAddress remote, int roundTrips) implements PunchOut {}

  /**
   * One authenticated round trip on a valid pair.
   *
   * @param rttNanos its time, or −1 if a retransmission makes it ambiguous
   * @param roundTrips how many the pair has by now
   */
  record RoundTrip(SocketId socket, TransportAddress remote, long rttNanos, int roundTrips)
      implements PunchOut {}

  /** Please open that many sockets on that address; each comes as {@link PunchIn.Extra}. */
  record OpenExtra(InetAddress on, int count) implements PunchOut {}

  /** Please ask a server where such a socket is seen. */
  record Ask(SocketId socket, ServerChoice server) implements PunchOut {}

  /** Please take it to the peer over the relay. */
  record Say(byte[] note) implements PunchOut {}

  /** The NAT here was looked at closely: {@link PunchIn.LocalNat} of the next generation. */
  record Sampled(PortKind kind, PortRange span) implements PunchOut {}

  /** A strategy against hard NATs begins; for the log. */
  record Using(String phrase) implements PunchOut {}

  /**
   * Both NATs are known, and no strategy runs, or not now; plain checks go on.
   *
   * @param why for a person
   */
  record NoStrategy(Shortcoming why) implements PunchOut {}

  /**
   * Nothing came of it.
   *
   * @param reason for a person
   * @param nat what the NATs have to do with it, as far as it is known
   */
  record Failed(String reason, Shortcoming nat) implements PunchOut {}
}
