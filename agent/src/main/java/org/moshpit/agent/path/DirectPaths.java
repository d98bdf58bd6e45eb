package org.moshpit.agent.path;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.moshpit.agent.punch.PunchIn;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.agent.punch.PunchOut;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse;
import org.moshpit.common.stun.TransactionId;

/**
 * The direct paths of a session: the one that carries datagrams, the one before it while both ends
 * switch, and the pairs that were left a moment ago. Asks for consent on them (RFC 7675) and keeps
 * the sockets that they need open; what that means for the session is the path machine's to decide.
 * For its thread; times are monotonic nanoseconds.
 */
final class DirectPaths {
  /** Hears of a switch that nobody asked for. */
  interface Listener {
    /** Another pair of the same generation carries the datagrams now. */
    void tookOver(long now, String why);
  }

  private final RandomGenerator random;
  private final LocalSockets sockets;
  private final Outbox outbox;
  private final Traffic traffic;
  private final Listener listener;
  private final Lingering lingering = new Lingering();
  private final Farewell farewell = new Farewell();
  private DirectPath current;
  private DirectPath fading;
  private int ping;

  /** None yet. */
  DirectPaths(
      RandomGenerator random,
      LocalSockets sockets,
      Outbox outbox,
      Traffic traffic,
      Listener listener) {
    this.random = random;
    this.sockets = sockets;
    this.outbox = outbox;
    this.traffic = traffic;
    this.listener = listener;
  }

  /** The one that carries datagrams, or null. */
  DirectPath current() {
    return current;
  }

  /** Whether the one before it is still kept. */
  boolean isFading() {
    return fading != null;
  }

  // what becomes of them

  /** A generation is proven: its pair carries from now on, and the one before fades. */
  void proven(long now, Generation generation) {
    fading = current;
    current =
        new DirectPath(
            generation.punch,
            generation.socket,
            generation.remote,
            generation.rttNanos,
            now,
            random);
    traffic.switchedTo(now, current);
  }

  /**
   * A generation is given up without having become a path, or only one of its pairs has: the peer's
   * part may be a path over another.
   *
   * @param which sockets of it are given up
   */
  void dropped(long now, PunchMachine punch, Predicate<SocketId> which) {
    lingering.add(now, punch, which);
  }

  /** Both ends have had the time to switch: the one before is left. */
  void settled(long now) {
    if (fading != null) {
      lingering.add(now, fading.punch);
    }
    fading = null;
    release();
  }

  /** It is dead, or its socket is gone. */
  void left(long now) {
    lingering.add(now, current.punch);
    forget(now);
    release();
  }

  /** There is none any more; only pairs that were left before are still listened to. */
  void forget(long now) {
    traffic.leftDirect(now);
    current = null;
    fading = null;
    ping = 0;
  }

  /** Those are not, either. */
  void forgetLeft() {
    lingering.clear();
  }

  /** Such a socket is no more; says whether the datagrams went over it. */
  boolean lost(SocketId socket) {
    if (fading != null && fading.socket.equals(socket)) {
      fading = null;
    }
    if (current != null) {
      current.warm.lost(socket);
    }
    return current != null && current.socket.equals(socket);
  }

  /** What must stay open for them. */
  Set<SocketId> sockets() {
    Set<SocketId> used = new HashSet<>();
    if (current != null) {
      used.addAll(current.sockets());
    }
    if (fading != null) {
      used.addAll(fading.sockets());
    }
    lingering.addSocketsTo(used);
    return used;
  }

  private void release() {
    sockets.release(sockets());
  }

  // what is sent

  /** A datagram of the application's. There must be a path. */
  void send(long now, byte[] bytes) {
    outbox.send(new Transmit(current.socket, current.remote, bytes));
    traffic.sentDirect(bytes);
    current.consent.sent(now);
  }

  /** Measures a round trip; its answer comes out under that number. There must be a path. */
  void ping(long now, int number) {
    ping = number;
    probe(now);
  }

  /** The peer is told that the session is over, and why, as soon as there is a path. */
  void end(long now, String reason) {
    farewell.begin(now, reason);
  }

  /** Something says that the path, if there is one, may be gone. */
  void hurry(long now) {
    if (current != null) {
      current.consent.hurry(now);
    }
  }

  /** The same, of a path whose last answer is not of just now. There must be a path. */
  void hurryUnlessFresh(long now) {
    if (!current.consent.isAnswerFresh(now)) {
      current.consent.hurry(now);
    }
  }

  /**
   * The path, if there is one, is in doubt: so the pairs beside it are asked often; or it is not.
   */
  void doubted(long now, boolean doubt) {
    if (current != null) {
      current.warm.urgent(now, doubt);
    }
  }

  private void probe(long now) {
    current.consent.asked(now);
    current.punch.handle(now, new PunchIn.Probe(current.socket, current.remote));
  }

  // what is received

  /** A datagram came that is no check; whether over a pair on which a check was answered. */
  boolean carried(long now, SocketId socket, TransportAddress from) {
    if (current != null && current.runsOver(socket, from)) {
      current.carried();
      return true;
    }
    if (current != null && current.punch.isValid(socket, from)) {
      // the peer sends over another pair of the generation whose best one carries ours
      hurryUnlessFresh(now);
      return true;
    }
    return (fading != null && fading.punch.isValid(socket, from))
        || lingering.isValid(socket, from);
  }

  /**
   * The reason, if it is the peer's word that the session is over, under the credentials of a path
   * that is kept: many generations may have come after it.
   */
  Optional<String> readEnd(StunParse.Parsed parsed) {
    Optional<String> reason = current == null ? Optional.empty() : current.punch.readEnd(parsed);
    return reason.isPresent() || fading == null ? reason : fading.punch.readEnd(parsed);
  }

  /** A check or an answer; dropped if it belongs to neither generation. */
  void received(long now, PunchIn.Stun stun) {
    StunMessage message = stun.parsed().message();
    if (current != null && current.punch.concerns(message)) {
      current.punch.handle(now, stun);
    } else if (fading != null && fading.punch.concerns(message)) {
      fading.punch.handle(now, stun);
    }
  }

  // time

  /** Everything that is due on them. */
  void advance(long now) {
    if (lingering.advance(now)) {
      release();
    }
    if (fading != null) {
      fading.punch.handleTimeout(now);
      drain(now, fading);
    }
    if (current != null) {
      if (farewell.isDue(now)) {
        byte[] note = current.punch.endNote(TransactionId.random(random), farewell.reason());
        outbox.send(new Transmit(current.socket, current.remote, note));
      }
      current.punch.handleTimeout(now);
      if (current.consent.isProbeDue(now)) {
        probe(now);
      }
      for (WarmPairs.Pair pair : current.warm.due(now)) {
        current.punch.handle(now, new PunchIn.Probe(pair.socket, pair.remote));
      }
      drain(now, current);
    }
  }

  /** When something is due, given the health of the path acted upon so far. */
  long nextDeadline(Consent.Health known) {
    long next = lingering.nextDeadline();
    if (current != null) {
      next = Deadlines.earlier(next, farewell.nextDeadline());
      next = Deadlines.earlier(next, current.punch.nextDeadline());
      next = Deadlines.earlier(next, current.warm.nextDeadline());
      next = Deadlines.earlier(next, current.consent.nextDeadline(known));
    }
    return next;
  }

  private void drain(long now, DirectPath path) {
    PunchMachine punch = path.punch;
    for (Transmit out = punch.pollTransmit(); out != null; out = punch.pollTransmit()) {
      outbox.send(out);
    }
    for (PunchOut out = punch.pollEvent(); out != null; out = punch.pollEvent()) {
      if (out instanceof PunchOut.RoundTrip trip && path.runsOver(trip.socket(), trip.remote())) {
        path.consent.answered(now, trip.rttNanos());
        if (ping != 0 && path == current && trip.rttNanos() >= 0) {
          outbox.say(new PathOut.RoundTrip(ping, PathKind.DIRECT, path.remote, trip.rttNanos()));
          ping = 0;
        }
      } else if (out instanceof PunchOut.Nominated other && path == current) {
        // its first choice was never confirmed to it, as far as the peer knows
        path.warm.choose(now, other.socket(), other.remote());
      } else if (out instanceof PunchOut.Validated valid) {
        path.warm.add(now, valid.socket(), valid.remote());
      } else if (out instanceof PunchOut.RoundTrip trip && path == current) {
        path.warm
            .answered(now, trip.socket(), trip.remote(), trip.rttNanos())
            .filter(pair -> pair.isChosen() || path.consent.health(now) != Consent.Health.GOOD)
            .ifPresent(pair -> takeOver(now, pair));
      }
    }
  }

  /** The path is in doubt, and another pair of its generation is not. */
  private void takeOver(long now, WarmPairs.Pair pair) {
    current = current.over(pair, now, random);
    traffic.switchedTo(now, current);
    listener.tookOver(now, pair.isChosen() ? "the peer's choice" : "another pair answers");
  }

  /** For tests of the bounds. */
  int held() {
    return (current == null ? 0 : current.punch.held() + current.warm.size())
        + (fading == null ? 0 : fading.punch.held())
        + lingering.held();
  }
}
