package org.moshpit.agent.punch.strategy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * For the end whose NAT numbers mappings one after the other, towards a port that is known: from a
 * fresh socket a question to a server, a packet to the peer, a question to another server, close
 * together. The mapping towards the peer lies between the two that the servers see, and the peer is
 * told so. Three sockets do it, against loss; all of it again twice, should nothing come of it.
 *
 * <p>A NAT that maps by address gives the peer's address one mapping in the same way; from then on
 * that end's port is known too.
 */
final class Sandwich extends Strategy {
  private static final int SOCKETS = 3;
  private static final int ROUNDS = 3;

  /** Between the layers: timers are no finer, and strangers' mappings come in between. */
  private static final long LAYER = TimeUnit.MILLISECONDS.toNanos(2);

  private static final long ROUND = TimeUnit.MILLISECONDS.toNanos(1200);

  /** Between sockets: their layers must not get into each other. */
  private static final long STAGGER = TimeUnit.MILLISECONDS.toNanos(8);

  /** Opens again soon: of the first packets one may be lost. */
  private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(40);

  /** A range wider than that says nothing. */
  private static final int WIDEST = 64;

  private static final class Layers {
    int done;
    long next;
    int before;
    int after;
  }

  private final ServerChoice last;
  private final boolean needsPeerPort;
  private final Map<SocketId, Layers> sockets = new LinkedHashMap<>();
  private final List<PortRange> meetings = new ArrayList<>();
  private List<TransportAddress> aims = List.of();
  private int rounds;
  private long nextRound = Machine.NO_DEADLINE;
  private SocketId anchor;

  /**
   * With nothing sent.
   *
   * @param own the NAT here: by address, or stepped
   * @param peer the NAT there
   */
  Sandwich(Means means, PortKind own, PortKind peer) {
    super(Name.SANDWICH, means);
    last = own == PortKind.PER_ADDRESS ? ServerChoice.OTHER_ADDRESS : ServerChoice.OTHER_PORT;
    // by address, any port of the peer's will do
    needsPeerPort = own == PortKind.STEPPED && peer == PortKind.PER_ADDRESS;
    if (!needsPeerPort) {
      aims = List.of(means.peer());
    }
  }

  /** The socket that has a known mapping towards the peer's address, or null. */
  SocketId anchor() {
    return anchor;
  }

  @Override
  void start(long now) {
    if (!aims.isEmpty()) {
      round(now);
    }
  }

  private void round(long now) {
    rounds++;
    nextRound = rounds < ROUNDS ? now + ROUND : Machine.NO_DEADLINE;
    means.openSockets(SOCKETS);
  }

  @Override
  void told(long now, PortNote peer) {
    if (needsPeerPort && aims.isEmpty() && !peer.meetings().isEmpty()) {
      aims = Aims.of(means.peer(), peer);
      round(now);
    }
  }

  @Override
  void opened(long now, SocketId socket) {
    Layers layers = new Layers();
    layers.next = now + STAGGER * (sockets.size() % SOCKETS);
    sockets.put(socket, layers);
    advance(now);
  }

  @Override
  void advance(long now) {
    if (Deadlines.isDue(nextRound, now)) {
      round(now);
    }
    sockets.forEach(
        (socket, layers) -> {
          if (Deadlines.isDue(layers.next, now)) {
            layer(now, socket, layers);
          }
        });
  }

  private void layer(long now, SocketId socket, Layers layers) {
    switch (layers.done++) {
      case 0 -> means.ask(socket, ServerChoice.FIRST);
      case 1, 3 -> aims.forEach(aim -> means.send(now, socket, aim, true));
      case 2 -> means.ask(socket, last);
      default -> {}
    }
    layers.next =
        switch (layers.done) {
          case 1, 2 -> now + LAYER;
          case 3 -> now + AGAIN;
          default -> Machine.NO_DEADLINE;
        };
  }

  @Override
  void seen(long now, SocketId socket, ServerChoice server, TransportAddress at) {
    Layers layers = sockets.get(socket);
    if (layers == null || at.isIpv6() != means.peer().isIpv6()) {
      return;
    }
    if (server == ServerChoice.FIRST) {
      layers.before = at.port();
    } else {
      layers.after = at.port();
    }
    int low = Math.min(layers.before, layers.after) + 1;
    int high = Math.max(layers.before, layers.after) - 1;
    boolean both = layers.before != 0 && layers.after != 0;
    if (both && high >= low && high - low < WIDEST) {
      if (anchor == null) {
        anchor = socket;
      }
      if (meetings.size() == PortNote.MAX_MEETINGS) {
        meetings.remove(0);
      }
      meetings.add(new PortRange(low, high));
      means.tell(now, null, 0, meetings);
    }
  }

  @Override
  long nextDeadline() {
    long next = nextRound;
    for (Layers layers : sockets.values()) {
      next = Deadlines.earlier(next, layers.next);
    }
    return next;
  }
}
