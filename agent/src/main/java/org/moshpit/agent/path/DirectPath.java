package org.moshpit.agent.path;

import java.util.random.RandomGenerator;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** A proven pair and what keeps it: its generation's checks, and consent. */
final class DirectPath {
  final PunchMachine punch;
  final SocketId socket;
  final TransportAddress remote;
  final Consent consent;
  final long since;

  DirectPath(
      PunchMachine punch,
      SocketId socket,
      TransportAddress remote,
      long rttNanos,
      long now,
      RandomGenerator random) {
    this.punch = punch;
    this.socket = socket;
    this.remote = remote;
    consent = new Consent(now, rttNanos, random);
    since = now;
  }

  boolean runsOver(SocketId other, TransportAddress address) {
    return remote.equals(address) && socket.equals(other);
  }
}
