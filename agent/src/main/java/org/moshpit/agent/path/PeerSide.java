package org.moshpit.agent.path;

import java.util.ArrayList;
import java.util.List;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.common.sansio.TransportAddress;

/** What the peer has said of itself, and the rendezvous of it. */
final class PeerSide {
  private static final int MAX_OBSERVED = 4;

  /** What a description means. */
  enum News {
    /** Late, doubled, or the answer to something else. */
    NONE,
    /** To the answering side, what it answered before: the answer may have been lost. */
    AGAIN,
    /** More candidates of the generation that runs. */
    MORE,
    /** The peer's part of a generation. */
    GENERATION
  }

  private final IceRole ourRole;
  private final List<TransportAddress> observed = new ArrayList<>();
  private IceCredentials credentials;
  private int generation;

  PeerSide(IceRole ourRole) {
    this.ourRole = ourRole;
  }

  /**
   * Takes a description, if it is news.
   *
   * @param next the generation that is being prepared or checked, or null
   */
  News described(PathIn.PeerDescribed event, Generation next) {
    IceDescription peer = event.description();
    boolean known = peer.credentials().equals(credentials);
    // A box that was restarted counts from one again; it only ever answers, so its order is ours.
    boolean late = ourRole == IceRole.CONTROLLED && peer.generation() < generation;
    boolean toAnother = event.answers() != 0 && (next == null || event.answers() != next.number);
    boolean ended = known && (next == null || next.peer == null);
    if (late || toAnother) {
      return News.NONE;
    }
    if (ended) {
      return ourRole == IceRole.CONTROLLED ? News.AGAIN : News.NONE;
    }
    credentials = peer.credentials();
    generation = peer.generation();
    return known ? News.MORE : News.GENERATION;
  }

  /** Of the description last taken; 0 before the first. */
  int generation() {
    return generation;
  }

  /** Keeps the last few addresses that the rendezvous vouches for. */
  void observed(TransportAddress address) {
    if (!observed.contains(address)) {
      observed.add(address);
      if (observed.size() > MAX_OBSERVED) {
        observed.remove(0);
      }
    }
  }

  List<TransportAddress> observed() {
    return List.copyOf(observed);
  }

  /** An attempt is over: where the peer was seen for it says nothing about the next. */
  void forgetObserved() {
    observed.clear();
  }

  /** Whether that peer has any address outside of a LAN. */
  boolean isPublic(IceDescription peer) {
    return !observed.isEmpty()
        || peer.candidates().stream()
            .anyMatch(candidate -> !DestinationRules.isPrivate(candidate.address().ip()));
  }
}
