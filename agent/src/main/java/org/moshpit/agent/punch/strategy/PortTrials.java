package org.moshpit.agent.punch.strategy;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The other half of {@link ManyOpeners}: from the one socket whose port the peer aims at, ports of
 * the peer are tried in random order, each once, until one of its sockets is hit or the budget is
 * spent.
 */
final class PortTrials extends Strategy {
  /** Most ports tried of all: a home router has room for 1024 mappings. */
  static final int ALL_PORTS = 900;

  /** Most ports tried of a block. */
  static final int BLOCK = 960;

  /** The peer opens its sockets meanwhile; a port tried before its socket is there is wasted. */
  private static final long HEAD_START = TimeUnit.MILLISECONDS.toNanos(400);

  private final Supplier<SocketId> from;
  private RandomPorts ports;
  private RandomPorts beyond;
  private int left;
  private Pace pace;

  /**
   * With nothing sent.
   *
   * @param peer the NAT there: block or random
   * @param from the socket, or null as long as there is none
   */
  PortTrials(Means means, PortKind peer, Supplier<SocketId> from) {
    super(peer == PortKind.RANDOM ? Name.BIRTHDAY : Name.SWEEP, means);
    this.from = from;
  }

  @Override
  void told(long now, PortNote peer) {
    boolean known = peer.span() != null || peer.kind() == PortKind.RANDOM;
    if (ports != null || !known) {
      return;
    }
    PortRange span = peer.span() == null ? PortRange.ALL : peer.span();
    boolean all = span.equals(PortRange.ALL);
    ports = new RandomPorts(span, means.random());
    beyond =
        new RandomPorts(
            all ? span : PortRange.blockAround(span.low(), span.high()), means.random());
    left = all ? ALL_PORTS : BLOCK;
    pace = new Pace(means, all ? now + HEAD_START : now);
    advance(now);
  }

  @Override
  void advance(long now) {
    SocketId socket = from.get();
    while (isUnderWay() && socket != null && pace.take(now)) {
      left--;
      TransportAddress to = new TransportAddress(means.peer().ip(), next());
      if (!means.send(now, socket, to, false)) {
        left = 0;
      }
    }
  }

  private boolean isUnderWay() {
    return ports != null && left > 0 && (ports.hasNext() || beyond.hasNext());
  }

  /** First what the samples lie between, then the rest of the block. */
  private int next() {
    return ports.hasNext() ? ports.next() : beyond.next();
  }

  @Override
  long nextDeadline() {
    return isUnderWay() && from.get() != null
        ? Deadlines.earlier(Machine.NO_DEADLINE, pace.wake())
        : Machine.NO_DEADLINE;
  }
}
