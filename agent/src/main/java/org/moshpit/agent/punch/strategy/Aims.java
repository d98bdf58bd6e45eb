package org.moshpit.agent.punch.strategy;

import java.util.ArrayList;
import java.util.List;
import org.moshpit.common.sansio.TransportAddress;

/** Where to send to a peer that has told of meetings. */
final class Aims {
  /** Ports of the peer that many sockets are aimed at: each multiplies their number. */
  private static final int MOST = 4;

  private Aims() {}

  /** The ports of the peer's first range; what is beyond the fourth is left out. */
  static List<TransportAddress> of(TransportAddress peer, PortNote note) {
    List<TransportAddress> aims = new ArrayList<>();
    PortRange first = note.meetings().get(0);
    for (int port = first.low(); port <= first.high() && aims.size() < MOST; port++) {
      aims.add(new TransportAddress(peer.ip(), port));
    }
    return aims;
  }
}
