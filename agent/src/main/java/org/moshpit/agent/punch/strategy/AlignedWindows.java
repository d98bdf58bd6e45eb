package org.moshpit.agent.punch.strategy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * For two ends whose NATs both number mappings one after the other. Each learns the port its NAT
 * gave last and tells the other; then each sends from 64 sockets to one port of the other, 60 steps
 * beyond that. One of a side's sockets gets the mapping the other aims at, unless strangers took
 * more than 60 meanwhile; those two meet. First with packets that die on the way, then with checks.
 */
final class AlignedWindows extends Strategy {
  static final int SOCKETS = 64;
  static final int AHEAD = 60;

  private static final int ROUNDS = 3;

  /** After the openers: both ends have begun by then, and the other's are on their way. */
  private static final long[] CHECKS = {millis(250), millis(420), millis(700)};

  /** The openers, and the checks after them. */
  static final int CHECKS_PER_ROUND = SOCKETS * (1 + CHECKS.length);

  /** A base older than that is another's by now. */
  private static final long ROUND = millis(1100);

  private final List<SocketId> sockets = new ArrayList<>();
  private SocketId baseSocket;
  private TransportAddress aim;
  private PortNote peer;
  private int base;
  private int peerBase;
  private int rounds;
  private boolean measuring;
  private long firedAt;
  private int checks;
  private long nextRound = Machine.NO_DEADLINE;

  /** With nothing sent. */
  AlignedWindows(Means means) {
    super(Name.WINDOWS, means);
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Override
  void start(long now) {
    rounds++;
    measuring = true;
    nextRound = now + ROUND;
    // the last one to be opened is asked about; in a later round it is the only new one
    means.openSockets(rounds == 1 ? SOCKETS + 1 : 1);
  }

  @Override
  void opened(long now, SocketId socket) {
    if (sockets.size() < SOCKETS) {
      sockets.add(socket);
    } else if (measuring) {
      measuring = false;
      baseSocket = socket;
      means.ask(socket, ServerChoice.FIRST);
    }
  }

  @Override
  void seen(long now, SocketId socket, ServerChoice server, TransportAddress at) {
    if (socket.equals(baseSocket)) {
      baseSocket = null;
      base = at.port();
      means.tell(now, null, base, List.of());
      fire(now);
    }
  }

  @Override
  void told(long now, PortNote note) {
    peer = note;
    fire(now);
  }

  /** Once both bases of a round are known. */
  private void fire(long now) {
    if (base == 0 || peer == null || peer.base() == 0 || peer.base() == peerBase) {
      return;
    }
    peerBase = peer.base();
    base = 0;
    int theirs = peer.step() == 0 ? 1 : peer.step();
    int port = peerBase + theirs * AHEAD;
    if (port < 1 || port > 65535) {
      return;
    }
    aim = new TransportAddress(means.peer().ip(), port);
    firedAt = now;
    checks = 0;
    sockets.forEach(socket -> means.send(now, socket, aim, true));
  }

  @Override
  void advance(long now) {
    if (Deadlines.isDue(nextRound, now)) {
      nextRound = Machine.NO_DEADLINE;
      if (rounds < ROUNDS) {
        start(now);
      }
    }
    while (aim != null && checks < CHECKS.length && firedAt + CHECKS[checks] - now <= 0) {
      checks++;
      sockets.forEach(socket -> means.send(now, socket, aim, false));
    }
  }

  @Override
  long nextDeadline() {
    return aim != null && checks < CHECKS.length
        ? Deadlines.earlier(nextRound, firedAt + CHECKS[checks])
        : nextRound;
  }
}
