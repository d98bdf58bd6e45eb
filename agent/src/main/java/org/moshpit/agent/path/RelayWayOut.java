package org.moshpit.agent.path;

import org.moshpit.common.sansio.SocketId;

/** What a {@link RelayWayMachine} says and asks for. */
public sealed interface RelayWayOut {
  /** A datagram for the link. */
  record ByLink(byte[] bytes) implements RelayWayOut {}

  /** A datagram of the peer's came by UDP. */
  record FromPeer(byte[] bytes) implements RelayWayOut {}

  /** Please open a socket on any address of that family. */
  record OpenSocket(boolean ipv6) implements RelayWayOut {}

  /** Please close it. */
  record CloseSocket(SocketId socket) implements RelayWayOut {}

  /** Every change of the state, for the log. */
  record Changed(RelayWay from, RelayWay to, String reason) implements RelayWayOut {}
}
