package org.moshpit.agent.path;

import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.punch.IceRole;

/**
 * What an attempt shows of UDP on both networks.
 *
 * @param localUdp whether anything at all ever answered on this end's sockets
 * @param peerUdp whether the peer has an address outside of a LAN, or was heard
 * @param peerRelayOnly whether it is a laptop that named no address at all: it wants none tried
 */
record Evidence(boolean localUdp, boolean peerUdp, boolean peerRelayOnly) {
  /**
   * At the end with that role.
   *
   * @param answered whether a server answered on any of its sockets
   * @param generation that is being checked
   */
  static Evidence of(IceRole role, boolean answered, Generation generation, PeerSide peer) {
    IceDescription described = generation.peer;
    boolean heard = generation.punch.heardPeer();
    return new Evidence(
        answered || heard,
        described == null || heard || peer.isPublic(described),
        role == IceRole.CONTROLLED
            && described != null
            && described.candidates().isEmpty()
            && !heard);
  }

  /** Whether it explains that there is no direct path. */
  boolean isTelling() {
    return !localUdp || !peerUdp || peerRelayOnly;
  }
}
