package org.moshpit.agent.path;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Generations that were left or given up a moment ago: the peer may send over one of their pairs,
 * and there alone, until its own proof, or its own doubts, have come. So it is heard there for a
 * while; but its checks are not answered any more, so that they do come.
 */
final class Lingering {
  /** The peer's doubts come within 6.2 s: five until it asks, and 1.2 without an answer. */
  static final long FOR = TimeUnit.SECONDS.toNanos(8);

  /** The oldest makes room. */
  static final int MAX = 3;

  private record Left(PunchMachine punch, Set<SocketId> sockets, long until) {}

  private final ArrayDeque<Left> all = new ArrayDeque<>();

  /** One more; nothing if no check of it was ever answered. */
  void add(long now, PunchMachine punch) {
    Set<SocketId> sockets = new HashSet<>();
    punch.validSockets(sockets::add);
    if (!sockets.isEmpty()) {
      all.add(new Left(punch, sockets, now + FOR));
      if (all.size() > MAX) {
        all.remove();
      }
    }
  }

  boolean isValid(SocketId socket, TransportAddress from) {
    return all.stream().anyMatch(left -> left.punch.isValid(socket, from));
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
    return all.stream().mapToInt(left -> left.punch.held()).sum();
  }

  void clear() {
    all.clear();
  }
}
