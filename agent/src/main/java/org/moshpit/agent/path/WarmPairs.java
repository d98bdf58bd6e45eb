package org.moshpit.agent.path;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The other pairs of the direct path's generation that a check was answered on: IPv6 beside IPv4,
 * Wi-Fi beside a cable. Each is asked now and then, so that the NATs on its way remember it, and
 * often while the path is in doubt: the first one that answers twice then takes over, without
 * anybody's help, so also without a rendezvous.
 */
final class WarmPairs {
  /** Between two checks on a pair; NATs forget after 30 s (RFC 4787 §4.3), and one may be lost. */
  static final long KEEP = TimeUnit.SECONDS.toNanos(12);

  /** The same while the path is in doubt. */
  static final long URGENT = TimeUnit.MILLISECONDS.toNanos(200);

  /** A pair that has not answered for so long is forgotten. */
  static final long FORGET = TimeUnit.SECONDS.toNanos(60);

  /** More are not worth their packets. */
  static final int MAX_PAIRS = 3;

  /** Authenticated round trips that a pair needs before datagrams follow. */
  static final int PROOF = 2;

  /** One of them. */
  static final class Pair {
    final SocketId socket;
    final TransportAddress remote;
    private long nextProbe;
    private long lastAnswer;
    private long rttNanos = -1;
    private int answers;
    private boolean chosen;

    private Pair(SocketId socket, TransportAddress remote, long now) {
      this.socket = socket;
      this.remote = remote;
      nextProbe = now + KEEP;
      lastAnswer = now;
    }

    private boolean is(SocketId other, TransportAddress address) {
      return remote.equals(address) && socket.equals(other);
    }

    /** Whether the peer has nominated it since. */
    boolean isChosen() {
      return chosen;
    }

    /** Its last measured round trip, or −1. */
    long rttNanos() {
      return rttNanos;
    }
  }

  private final List<Pair> pairs = new ArrayList<>();
  private boolean urgent;

  /** One more was answered. */
  void add(long now, SocketId socket, TransportAddress remote) {
    boolean known = pairs.stream().anyMatch(pair -> pair.is(socket, remote));
    if (!known && pairs.size() < MAX_PAIRS) {
      pairs.add(new Pair(socket, remote, now));
    }
  }

  /** The peer nominates this one now, and may have left the path: it takes over when it answers. */
  void choose(long now, SocketId socket, TransportAddress remote) {
    pairs.forEach(pair -> pair.chosen = false);
    if (pairs.stream().noneMatch(pair -> pair.is(socket, remote)) && pairs.size() >= MAX_PAIRS) {
      pairs.remove(MAX_PAIRS - 1);
    }
    add(now, socket, remote);
    for (Pair pair : pairs) {
      if (pair.is(socket, remote)) {
        pair.chosen = true;
        pair.nextProbe = now;
      }
    }
  }

  /** It is the path itself now. */
  void remove(SocketId socket, TransportAddress remote) {
    pairs.removeIf(pair -> pair.is(socket, remote));
  }

  void lost(SocketId socket) {
    pairs.removeIf(pair -> pair.socket.equals(socket));
  }

  /** The path is in doubt, or no longer. */
  void urgent(long now, boolean doubt) {
    if (doubt != urgent) {
      urgent = doubt;
      for (Pair pair : pairs) {
        pair.answers = 0;
        pair.nextProbe = doubt ? now : now + KEEP;
      }
    }
  }

  /**
   * A check was answered.
   *
   * @param rttNanos or −1
   * @return the pair, if the path is in doubt, or this one chosen, and has answered often enough
   */
  Optional<Pair> answered(long now, SocketId socket, TransportAddress remote, long rttNanos) {
    for (Pair pair : pairs) {
      if (pair.is(socket, remote)) {
        pair.lastAnswer = now;
        pair.rttNanos = rttNanos < 0 ? pair.rttNanos : rttNanos;
        pair.answers++;
        return (urgent || pair.chosen) && pair.answers >= PROOF
            ? Optional.of(pair)
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Those that are to be asked now; counts as having been. */
  List<Pair> due(long now) {
    pairs.removeIf(pair -> now - pair.lastAnswer > FORGET);
    List<Pair> due = List.of();
    for (Pair pair : pairs) {
      if (pair.nextProbe - now <= 0) {
        due = due.isEmpty() ? new ArrayList<>() : due;
        due.add(pair);
        pair.nextProbe = now + (urgent || pair.chosen ? URGENT : KEEP);
      }
    }
    return due;
  }

  long nextDeadline() {
    long next = Machine.NO_DEADLINE;
    for (Pair pair : pairs) {
      next = Deadlines.earlier(next, pair.nextProbe);
    }
    return next;
  }

  /** What must stay open for them. */
  Set<SocketId> sockets() {
    Set<SocketId> sockets = new HashSet<>();
    pairs.forEach(pair -> sockets.add(pair.socket));
    return sockets;
  }

  int size() {
    return pairs.size();
  }
}
