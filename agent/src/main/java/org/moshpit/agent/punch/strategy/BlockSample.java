package org.moshpit.agent.punch.strategy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;

/**
 * Sixteen sockets, asked where they are seen: tells a NAT that stays within a block from one that
 * does not, and where the block is. It needs no peer, so it runs before one is known.
 */
final class BlockSample {
  /** 16 random ports lie within 8192 of each other once in 10¹². */
  static final int SOCKETS = 16;

  /** A span up to that is a block's. */
  private static final int WIDEST = 8192;

  /** Enough to judge by, should some answers be lost. */
  static final int ENOUGH = 12;

  /** Without enough answers that long after the questions, there is no verdict. */
  static final long LIMIT = TimeUnit.SECONDS.toNanos(1);

  /** So long the last few are waited for once there are enough: all were asked at one time. */
  private static final long STRAGGLERS = TimeUnit.MILLISECONDS.toNanos(30);

  private final Means means;
  private final List<SocketId> sockets = new ArrayList<>();
  private final Set<SocketId> answered = new HashSet<>();
  private int low = 65536;
  private int high;
  private boolean over;
  private long deadline = Machine.NO_DEADLINE;

  BlockSample(Means means) {
    this.means = means;
  }

  boolean isStarted() {
    return over || deadline != Machine.NO_DEADLINE;
  }

  void start(long now) {
    deadline = now + LIMIT;
    means.openSockets(SOCKETS);
  }

  /** Takes the socket if it is one of its own. */
  boolean opened(SocketId socket) {
    if (sockets.size() == SOCKETS) {
      return false;
    }
    sockets.add(socket);
    means.ask(socket, ServerChoice.FIRST);
    return true;
  }

  void seen(long now, SocketId socket, int port) {
    if (!over && sockets.contains(socket) && answered.add(socket)) {
      low = Math.min(low, port);
      high = Math.max(high, port);
      if (answered.size() == ENOUGH) {
        deadline = Deadlines.earlier(deadline, now + STRAGGLERS);
      }
    }
  }

  /** Whether it has just come to an end; said once. */
  boolean ends(long now) {
    boolean all = answered.size() == SOCKETS;
    if (over || !(all || Deadlines.isDue(deadline, now))) {
      return false;
    }
    over = true;
    deadline = Machine.NO_DEADLINE;
    return true;
  }

  /**
   * What was seen of the block, or {@link PortRange#ALL} if they are too far apart for one; empty
   * if too few answered to tell: hundreds of sockets against a block would take all of its ports.
   */
  Optional<PortRange> span() {
    if (answered.size() < ENOUGH) {
      return Optional.empty();
    }
    return Optional.of(high - low < WIDEST ? new PortRange(low, high) : PortRange.ALL);
  }

  /** Those that are open. */
  List<SocketId> sockets() {
    return sockets;
  }

  long nextDeadline() {
    return deadline;
  }
}
