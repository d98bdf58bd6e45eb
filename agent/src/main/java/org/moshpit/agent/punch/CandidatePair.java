package org.moshpit.agent.punch;

import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.candidates.LocalCandidate;
import org.moshpit.agent.candidates.Priorities;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.TransactionId;

/**
 * One local socket and one remote address. A local reflexive candidate is sent from its base, so
 * its pairs would double those of the host candidate and are pruned from the start (RFC 8445
 * §6.1.2.4): socket and remote address name a pair.
 */
final class CandidatePair {
  final LocalCandidate local;
  final RemoteCandidate remote;
  PairState state = PairState.FROZEN;
  long priority;

  /** A check on it was answered: it stands in the valid list. */
  boolean valid;

  /** The controlling end asked for it before our own check was answered (RFC 8445 §7.3.1.5). */
  boolean useCandidateSeen;

  /** Answered checks, with authentic answers. */
  int roundTrips;

  /** Whether an authentic check of the peer came on it: what the peer sends from there arrives. */
  boolean heard;

  /** Whether an end has checked it since a pair was nominated, and so has use for it. */
  boolean kept;

  /** When that was last, nanoseconds; means nothing before {@link #kept}. */
  long keptAt;

  /** Of the last unambiguous round trip, nanoseconds; −1 before the first. */
  long rttNanos = -1;

  /** The last request of the peer on it: a retransmission triggers nothing again. */
  TransactionId lastTrigger;

  /** The check that is out, if any. */
  CheckTransaction transaction;

  CandidatePair(LocalCandidate local, RemoteCandidate remote, IceRole role) {
    this.local = local;
    this.remote = remote;
    prioritize(role);
  }

  /** Priorities follow the role (RFC 8445 §6.1.2.3). */
  void prioritize(IceRole role) {
    long ours = local.candidate().priority();
    long theirs = remote.priority();
    priority =
        role == IceRole.CONTROLLING ? Priorities.pair(ours, theirs) : Priorities.pair(theirs, ours);
  }

  boolean is(SocketId socket, TransportAddress address) {
    return local.socket().equals(socket) && remote.address().equals(address);
  }

  /** Whether NATs may be on the way. */
  boolean crossesNats() {
    return !remote.address().isIpv6() && !DestinationRules.isPrivate(remote.address().ip());
  }

  boolean sharesFoundation(CandidatePair other) {
    return local.candidate().foundation().equals(other.local.candidate().foundation())
        && remote.foundation().equals(other.remote.foundation());
  }

  boolean isOpen() {
    return state != PairState.SUCCEEDED && state != PairState.FAILED;
  }

  @Override
  public String toString() {
    return local.base() + " → " + remote.address() + " " + state;
  }
}
