package org.moshpit.agent.punch.strategy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The other half of the {@link Sandwich}: checks go to every port the peer said a meeting lies
 * between, from the socket whose own port is known.
 */
final class MeetingChecks extends Strategy {
  /** Ports tried in one generation. */
  private static final int MOST = 192;

  private static final int[] MILLIS = {0, 60, 160, 360, 760};
  private static final int[] OPENING_MILLIS = {0, 150, 250, 450, 850};

  private static final class Port {
    final long from;
    final int[] millis;
    int sent;

    Port(long from, int[] millis) {
      this.from = from;
      this.millis = millis;
    }

    long next() {
      return sent == millis.length
          ? Machine.NO_DEADLINE
          : from + TimeUnit.MILLISECONDS.toNanos(millis[sent]);
    }
  }

  private final Supplier<SocketId> from;
  private final boolean opensFirst;
  private final Map<Integer, Port> ports = new LinkedHashMap<>();
  private Pace pace;
  private boolean held;

  /**
   * With nothing sent.
   *
   * @param from the socket, or null as long as there is none
   * @param opensFirst whether the peer's NAT knows nothing of our port yet: then the first packet
   *     must die before it
   */
  MeetingChecks(Means means, Supplier<SocketId> from, boolean opensFirst) {
    super(Name.SANDWICH, means);
    this.from = from;
    this.opensFirst = opensFirst;
  }

  @Override
  void told(long now, PortNote peer) {
    if (pace == null) {
      pace = new Pace(means, now);
    }
    for (PortRange range : peer.meetings()) {
      for (int port = range.low(); port <= range.high() && ports.size() < MOST; port++) {
        ports.computeIfAbsent(port, p -> new Port(now, opensFirst ? OPENING_MILLIS : MILLIS));
      }
    }
    advance(now);
  }

  @Override
  void advance(long now) {
    SocketId socket = from.get();
    if (socket == null) {
      return;
    }
    held = false;
    for (Map.Entry<Integer, Port> entry : ports.entrySet()) {
      Port port = entry.getValue();
      if (Deadlines.isDue(port.next(), now)) {
        if (!pace.take(now)) {
          held = true;
          return;
        }
        boolean opening = opensFirst && port.sent == 0;
        port.sent++;
        means.send(now, socket, new TransportAddress(means.peer().ip(), entry.getKey()), opening);
      }
    }
  }

  @Override
  long nextDeadline() {
    if (from.get() == null) {
      return Machine.NO_DEADLINE;
    }
    if (held) {
      return pace.wake();
    }
    long next = Machine.NO_DEADLINE;
    for (Port port : ports.values()) {
      next = Deadlines.earlier(next, port.next());
    }
    return next;
  }
}
