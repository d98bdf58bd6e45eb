package org.moshpit.agent.path;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.punch.PunchIn;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.agent.punch.PunchOut;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** One generation of checks that has not become a path yet. */
final class Generation {
  /** Distance of the checks that prove a nominated pair, and for how long they go on. */
  static final long PROOF_GAP = TimeUnit.MILLISECONDS.toNanos(200);

  static final long PROOF_LIMIT = TimeUnit.SECONDS.toNanos(4);

  /** Authenticated round trips a path needs before datagrams follow. */
  static final int PROOF = 2;

  /**
   * The laptop's first note over the relay says that its own NAT is open, so checks begin with it;
   * a laptop that takes longer than the plan is not met too early. Without a note they begin after
   * this, beyond the plan.
   */
  static final long NOTE_LIMIT = TimeUnit.MILLISECONDS.toNanos(600);

  private static final long GIVEN_UP_AFTER = TimeUnit.SECONDS.toNanos(2);

  final int number;
  final PunchMachine punch;

  /** What the peer answered it with, or null. */
  IceDescription peer;

  /** What the peer was last told. */
  IceDescription told;

  /** Whether the peer waits for a description, be it new or not. */
  boolean owesDescription;

  /** When the peer was described. */
  long boundAt;

  /** Before ordinary checks begin, nanoseconds from when both ends are described. */
  long startDelay;

  /** The nominated pair, waiting for its second round trip; null before. */
  SocketId socket;

  TransportAddress remote;
  long rttNanos = -1;
  long nextProof;
  long provenBy;

  Generation(int number, PunchMachine punch) {
    this.number = number;
    this.punch = punch;
  }

  /** A pair had a round trip; whether it is the nominated one. */
  boolean answered(PunchOut.RoundTrip trip) {
    rttNanos = trip.rttNanos() < 0 ? rttNanos : trip.rttNanos();
    return socket != null && socket.equals(trip.socket()) && remote.equals(trip.remote());
  }

  /** When something is due, or {@link Machine#NO_DEADLINE}. */
  long nextDeadline() {
    long due = punch.nextDeadline();
    return socket == null ? due : Deadlines.earlier(due, nextProof);
  }

  /**
   * The peer, as the checks are told of it.
   *
   * @param awaitsNote whether they may begin with a note of the peer's
   * @param seenAt where the rendezvous sees it
   */
  PunchIn.Remote remote(boolean awaitsNote, List<InetAddress> seenAt) {
    return new PunchIn.Remote(peer, startDelay + (awaitsNote ? NOTE_LIMIT : 0), seenAt);
  }

  /** Whether a peer that starts over now has given the checks up: sockets may be poisoned. */
  boolean isGivenUp(long now) {
    return now - boundAt > GIVEN_UP_AFTER;
  }

  /** The peer, or this end, chose that pair; it is to be proven. */
  void nominated(long now, PunchOut.Nominated pair) {
    socket = pair.socket();
    remote = pair.remote();
    nextProof = now;
    provenBy = now + PROOF_LIMIT;
  }
}
