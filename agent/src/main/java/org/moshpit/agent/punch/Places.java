package org.moshpit.agent.punch;

import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Which pairs the peer's checks make, and which of those stay where there is room for few: a peer
 * behind a NAT with a mapping for each destination checks from as many ports as it has sockets.
 */
final class Places {
  /** A pair that an end falls back on is checked by it more often than that, nanoseconds. */
  static final long KEPT_FOR = TimeUnit.SECONDS.toNanos(30);

  /** Pairs unknown here that the peer may nominate: a nomination takes it 7.5 s to give up. */
  static final int MAX_NOMINATIONS = 4;

  private final Checklist checklist;
  private final Pairing pairing;
  private final Roles roles;
  private CandidatePair selected;
  private int nominations;

  Places(Checklist checklist, Pairing pairing, Roles roles) {
    this.checklist = checklist;
    this.pairing = pairing;
    this.roles = roles;
  }

  /** That pair is nominated: it stays, and from now on it is told what either end falls back on. */
  void select(CandidatePair pair) {
    selected = pair;
  }

  /**
   * The pair that a check came on, made if there is room for it; null if not. Without one it is not
   * answered either: an answer has the peer believe that its datagrams are taken there.
   */
  CandidatePair of(long now, SocketId socket, TransportAddress from, RequestFacts facts) {
    boolean nominates = roles.isNominatedBy(facts);
    if (nominates && checklist.find(socket, from) == null) {
      nominations++;
    }
    return pairing.of(
        socket,
        from,
        facts.priority(),
        roles.role(),
        other -> isDispensable(now, other, nominates));
  }

  /** Whether a check from there shows no address that was not known or proven before. */
  boolean isKnown(SocketId socket, TransportAddress from) {
    CandidatePair pair = checklist.find(socket, from);
    return pair != null && (pair.valid || pair.remote.source() != RemoteCandidate.Source.CHECK);
  }

  /** An end checks it: once a pair is nominated that is one to fall back on. */
  void keep(long now, CandidatePair pair) {
    pair.kept = selected != null;
    pair.keptAt = now;
  }

  /**
   * Whether the pair may be forgotten for one that the peer checks now. What the peer falls back on
   * it checks now and then, and that is to be proven here, too, before its datagrams come that way.
   */
  private boolean isDispensable(long now, CandidatePair pair, boolean nominates) {
    if (nominates) {
      return pair != selected && nominations <= MAX_NOMINATIONS;
    }
    boolean unused = !pair.kept || now - pair.keptAt > KEPT_FOR;
    return selected != null && pair != selected && unused;
  }
}
