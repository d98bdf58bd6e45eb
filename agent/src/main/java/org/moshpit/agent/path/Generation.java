package org.moshpit.agent.path;

import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** One generation of checks that has not become a path yet. */
final class Generation {
  final int number;
  final PunchMachine punch;

  /** What the peer answered it with, or null. */
  IceDescription peer;

  /** What the peer was last told. */
  IceDescription told;

  /** When the peer was described. */
  long boundAt;

  /** Before ordinary checks begin, nanoseconds from when both ends are described. */
  long startDelay;

  /** The nominated pair, waiting for its second round trip; null before. */
  SocketId socket;

  TransportAddress remote;
  long rttNanos = -1;
  long nextProof;
  long provenBy;

  Generation(int number, PunchMachine punch) {
    this.number = number;
    this.punch = punch;
  }

  boolean isNominated(SocketId otherSocket, TransportAddress address) {
    return socket != null && socket.equals(otherSocket) && remote.equals(address);
  }
}
