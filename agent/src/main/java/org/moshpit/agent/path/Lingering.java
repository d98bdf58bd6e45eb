package org.moshpit.agent.path;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Pairs that were left or given up a moment ago: those of a generation that is over, and those of a
 * strategy's sockets once another pair is proven. The peer may send over one of them, and there
 * alone, until its own proof, or its own doubts, have come. So it is heard there for a while; but
 * its checks are not answered any more, so that they do come.
 */
final class Lingering {
  /** The peer's doubts come within 6.2 s: five until it asks, and 1.2 without an answer. */
  static final long FOR = TimeUnit.SECONDS.toNanos(8);

  /** The oldest makes room. */
  static final int MAX = 3;

  /** Of one generation, however many of a strategy's the peer answered on. */
  static final int MAX_SOCKETS = 16;

  private record Way(SocketId socket, TransportAddress remote) {}

  /** What was left at once. */
  private static final class Left {
    final Set<Way> ways = new HashSet<>();
    final Set<SocketId> sockets = new HashSet<>();
    final long until;

    Left(long until) {
      this.until = until;
    }

    void add(SocketId socket, TransportAddress remote) {
      if (sockets.contains(socket) || sockets.size() < MAX_SOCKETS) {
        sockets.add(socket);
        ways.add(new Way(socket, remote));
      }
    }
  }

  private final ArrayDeque<Left> all = new ArrayDeque<>();

  /** One more generation, all of it. */
  void add(long now, PunchMachine punch) {
    add(now, punch, socket -> true);
  }

  /** What was left of one on such sockets; nothing if no check was ever answered there. */
  void add(long now, PunchMachine punch, Predicate<SocketId> which) {
    Left left = new Left(now + FOR);
    punch.answeredPairs(
        (socket, remote) -> {
          if (which.test(socket)) {
            left.add(socket, remote);
          }
        });
    if (!left.ways.isEmpty()) {
      all.add(left);
      if (all.size() > MAX) {
        all.remove();
      }
    }
  }

  boolean isValid(SocketId socket, TransportAddress from) {
    Way way = new Way(socket, from);
    return all.stream().anyMatch(left -> left.ways.contains(way));
  }

  /** Forgets those whose time is over; says whether there were any. */
  boolean advance(long now) {
    return all.removeIf(left -> left.until - now <= 0);
  }

  /** What must stay open for them. */
  void addSocketsTo(Set<SocketId> used) {
    all.forEach(left -> used.addAll(left.sockets));
  }

  long nextDeadline() {
    return all.isEmpty() ? Machine.NO_DEADLINE : all.peek().until;
  }

  int held() {
    return all.stream().mapToInt(left -> left.ways.size()).sum();
  }

  void clear() {
    all.clear();
  }
}
