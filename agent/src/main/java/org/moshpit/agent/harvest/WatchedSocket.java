package org.moshpit.agent.harvest;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.TransactionId;

/** What {@link ObserverMachine} knows of one socket. */
final class WatchedSocket {
  final SocketId socket;
  final long wireId;
  final TransportAddress base;
  final boolean keptAlive;
  final boolean probe;

  /** Under way, in the order in which they were begun. */
  final Map<TransactionId, BindingTransaction> pending = new LinkedHashMap<>();

  /** What each server saw last. */
  final Map<TransportAddress, View> observed = new LinkedHashMap<>();

  /**
   * Whose view the rendezvous is told: of those that answered the last full round, the preferred.
   */
  TransportAddress reference;

  /** What the rendezvous was told last. */
  TransportAddress claimed;

  /** The IP address each server saw last, also before a silence. */
  private final Map<TransportAddress, InetAddress> seenBy = new HashMap<>();

  boolean claimWanted = true;
  boolean answeredThisRound;
  boolean fullRound;

  /** Whether {@link ObserverOut.Unanswered} was said and nothing has been heard since. */
  boolean silent;

  int failures;

  /** When the next round begins, or {@link Machine#NO_DEADLINE}. */
  long nextRound = Machine.NO_DEADLINE;

  /** When a token is asked for because a claim was refused, or {@link Machine#NO_DEADLINE}. */
  long nextClaim = Machine.NO_DEADLINE;

  /** Whether, and when, that was done last. */
  boolean claimedAgain;

  long claimedAgainAt;

  /** Whom to ask by {@link ObserverIn.Ask}; null for a socket that is watched otherwise. */
  Map<TransportAddress, ServerChoice> questions;

  Boolean fromOtherPort;
  Boolean fromOtherAddress;

  /**
   * What a server saw.
   *
   * @param order of the request that first showed it, among all of the machine's
   */
  record View(TransportAddress address, long order) {}

  WatchedSocket(
      SocketId socket, long wireId, TransportAddress base, boolean keptAlive, boolean probe) {
    this.socket = socket;
    this.wireId = wireId;
    this.base = base;
    this.keptAlive = keptAlive;
    this.probe = probe;
  }

  /** Whether it is only asked about now and then. */
  boolean isSpot() {
    return questions != null;
  }

  /**
   * That server saw it there.
   *
   * @return whether the same server saw another IP address before; what others see may differ
   */
  boolean isElsewhere(TransportAddress server, InetAddress ip) {
    InetAddress before = seenBy.put(server, ip);
    return before != null && !before.equals(ip);
  }

  void forget() {
    seenBy.clear();
    pending.clear();
    observed.clear();
    reference = null;
    claimed = null;
    claimWanted = true;
    failures = 0;
    nextRound = Machine.NO_DEADLINE;
    fromOtherPort = null;
    fromOtherAddress = null;
  }
}
