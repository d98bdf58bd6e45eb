package org.moshpit.agent.punch;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.TransactionId;

/**
 * The peer's authentic checks, by transaction: what somebody recorded and sends again, from
 * elsewhere or later, proves nothing of whoever sends it.
 */
final class SeenChecks {
  /** Remembered; the oldest are forgotten. */
  static final int MAX = 512;

  /** Arrivals of one check that count, with what a network doubles. */
  static final int COPIES = 16;

  /** So long after the first a retransmission may arrive, nanoseconds. */
  static final long LIFE = CheckTransaction.LIFE + TimeUnit.SECONDS.toNanos(1);

  /** What an arrival is. */
  enum Arrival {
    /** The first of that transaction. */
    FIRST,
    /** A retransmission, from the same address to the same socket. */
    AGAIN,
    /** From elsewhere, too late, or too often. */
    REPLAYED
  }

  private static final class First {
    private final SocketId socket;
    private final TransportAddress from;
    private final long at;
    private int copies = 1;

    First(SocketId socket, TransportAddress from, long at) {
      this.socket = socket;
      this.from = from;
      this.at = at;
    }
  }

  private final Map<TransactionId, First> seen = new LinkedHashMap<>();

  Arrival arrived(long now, TransactionId id, SocketId socket, TransportAddress from) {
    First first = seen.get(id);
    if (first == null) {
      if (seen.size() >= MAX) {
        Iterator<TransactionId> oldest = seen.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
      seen.put(id, new First(socket, from, now));
      return Arrival.FIRST;
    }
    boolean same = first.socket.equals(socket) && first.from.equals(from);
    boolean soon = now - first.at <= LIFE;
    return same && soon && first.copies++ < COPIES ? Arrival.AGAIN : Arrival.REPLAYED;
  }

  int size() {
    return seen.size();
  }
}
