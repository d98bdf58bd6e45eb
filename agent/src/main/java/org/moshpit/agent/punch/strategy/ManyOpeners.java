package org.moshpit.agent.punch.strategy;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * For the end whose NAT scatters its ports, towards one that is known: many sockets, each with one
 * packet that opens a mapping for the peer and dies on the way. A few are enough for a block, which
 * the peer sweeps; ports that may be anywhere need hundreds.
 */
final class ManyOpeners extends Strategy {
  /** Mappings against a peer that tries all ports; a home router has room for 1024. */
  static final int ALL_PORTS = 640;

  private static final int BLOCK_LEAST = 16;
  static final int BLOCK_MOST = 32;

  private static final int BATCH = 40;
  private static final long BATCH_GAP = TimeUnit.MILLISECONDS.toNanos(40);

  private final Queue<SocketId> waiting = new ArrayDeque<>();
  private final int goal;
  private List<TransportAddress> aims;
  private Pace pace;
  private int wanted;

  /** How many of the aims the first of those waiting has sent to. */
  private int aimed;

  private long nextBatch = Machine.NO_DEADLINE;

  /**
   * With nothing sent.
   *
   * @param span where the ports here lie
   * @param open sockets that are open already
   * @param peer the NAT there
   */
  ManyOpeners(Means means, PortRange span, Collection<SocketId> open, PortKind peer) {
    super(span.equals(PortRange.ALL) ? Name.BIRTHDAY : Name.SWEEP, means);
    goal =
        span.equals(PortRange.ALL)
            ? ALL_PORTS
            : Math.min(BLOCK_MOST, Math.max(BLOCK_LEAST, span.size() / 8));
    waiting.addAll(open);
    wanted = waiting.size();
    aims = peer == PortKind.FIXED ? List.of(means.peer()) : List.of();
  }

  @Override
  void start(long now) {
    pace = new Pace(means, now);
    if (!aims.isEmpty()) {
      batch(now);
      advance(now);
    }
  }

  private void batch(long now) {
    // each of several aims costs a mapping of its own
    int sockets = goal / aims.size();
    int count = Math.min(sockets - wanted, BATCH);
    if (count > 0) {
      wanted += count;
      means.openSockets(count);
    }
    nextBatch = wanted < sockets ? now + BATCH_GAP : Machine.NO_DEADLINE;
  }

  @Override
  void told(long now, PortNote peer) {
    if (aims.isEmpty() && !peer.meetings().isEmpty()) {
      aims = Aims.of(means.peer(), peer);
      batch(now);
      advance(now);
    }
  }

  @Override
  void opened(long now, SocketId socket) {
    waiting.add(socket);
    advance(now);
  }

  @Override
  void advance(long now) {
    if (Deadlines.isDue(nextBatch, now)) {
      batch(now);
    }
    while (!aims.isEmpty() && !waiting.isEmpty() && pace.take(now)) {
      means.send(now, waiting.element(), aims.get(aimed), true);
      aimed++;
      if (aimed == aims.size()) {
        aimed = 0;
        waiting.remove();
      }
    }
  }

  @Override
  long nextDeadline() {
    return aims.isEmpty() || waiting.isEmpty()
        ? nextBatch
        : Deadlines.earlier(nextBatch, pace.wake());
  }
}
