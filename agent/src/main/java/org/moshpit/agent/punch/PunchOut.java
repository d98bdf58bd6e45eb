package org.moshpit.agent.punch;

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

  /** Nothing came of it; {@code reason} is for a person. */
  record Failed(String reason) implements PunchOut {}
}
