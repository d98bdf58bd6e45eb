package org.moshpit.agent.path;

import java.util.Set;
import java.util.random.RandomGenerator;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** A proven pair and what keeps it: its generation's checks, consent, and the pairs beside it. */
final class DirectPath {
  final PunchMachine punch;
  final SocketId socket;
  final TransportAddress remote;
  final Consent consent;
  final WarmPairs warm;
  final long since;
  private boolean carried;

  /** Of a generation that has just been proven. */
  DirectPath(
      PunchMachine punch,
      SocketId socket,
      TransportAddress remote,
      long rttNanos,
      long now,
      RandomGenerator random) {
    this(punch, socket, remote, rttNanos, now, random, new WarmPairs());
    punch.validPairs((other, address) -> warm.add(now, other, address));
    warm.remove(socket, remote);
  }

  private DirectPath(
      PunchMachine punch,
      SocketId socket,
      TransportAddress remote,
      long rttNanos,
      long now,
      RandomGenerator random,
      WarmPairs warm) {
    this.punch = punch;
    this.warm = warm;
    this.socket = socket;
    this.remote = remote;
    consent = new Consent(now, rttNanos, random);
    since = now;
  }

  /** The same generation over another of its pairs; this one's stays warm. */
  DirectPath over(WarmPairs.Pair pair, long now, RandomGenerator random) {
    warm.urgent(now, false);
    warm.remove(pair.socket, pair.remote);
    warm.add(now, socket, remote);
    return new DirectPath(punch, pair.socket, pair.remote, pair.rttNanos(), now, random, warm);
  }

  /** What must stay open for it. */
  Set<SocketId> sockets() {
    Set<SocketId> sockets = warm.sockets();
    sockets.add(socket);
    return sockets;
  }

  /** A datagram of the peer came over it. */
  void carried() {
    carried = true;
  }

  /**
   * Whether the peer has shown that it reaches us over it. An answer to a check of ours does not:
   * it proves the path to us, and the peer takes our datagrams only once a check of its own was
   * answered.
   */
  boolean isPeerThere() {
    return carried || punch.isHeard(socket, remote);
  }

  boolean runsOver(SocketId other, TransportAddress address) {
    return remote.equals(address) && socket.equals(other);
  }
}
