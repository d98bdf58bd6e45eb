package org.moshpit.agent.punch;

import java.util.ArrayList;
import java.util.List;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.CandidateType;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.candidates.Priorities;
import org.moshpit.common.sansio.TransportAddress;

/** The peer's candidates from all three sources, each bounded: any of them may be hostile. */
final class RemoteCandidates {
  /** Remote addresses learned from checks alone. */
  static final int MAX_PEER_REFLEXIVE = 8;

  /** Remote addresses taken from the rendezvous alone. */
  static final int MAX_OBSERVED = 4;

  /** Private addresses of the peer that get checks: it cannot sit in many networks of ours. */
  static final int MAX_PRIVATE = 8;

  private final DestinationRules rules;
  private final List<RemoteCandidate> all = new ArrayList<>();

  RemoteCandidates(DestinationRules rules) {
    this.rules = rules;
  }

  List<RemoteCandidate> all() {
    return all;
  }

  RemoteCandidate find(TransportAddress address) {
    for (RemoteCandidate candidate : all) {
      if (candidate.address().equals(address)) {
        return candidate;
      }
    }
    return null;
  }

  /** One the peer named; null if it is not allowed, too many, or known already. */
  RemoteCandidate described(Candidate candidate) {
    RemoteCandidate known = find(candidate.address());
    if (known != null) {
      known.described(candidate);
      return null;
    }
    boolean fits =
        !DestinationRules.isPrivate(candidate.address().ip())
            || all.stream().filter(c -> DestinationRules.isPrivate(c.address().ip())).count()
                < MAX_PRIVATE;
    return fits ? add(candidate, RemoteCandidate.Source.DESCRIBED) : null;
  }

  /** One the rendezvous named: public, few; null if not taken. */
  RemoteCandidate observed(TransportAddress address) {
    boolean fits =
        find(address) == null
            && !(DestinationRules.isPrivate(address.ip()) && !rules.loopback())
            && count(RemoteCandidate.Source.RENDEZVOUS) < MAX_OBSERVED;
    long priority = Priorities.candidate(CandidateType.SERVER_REFLEXIVE, 0);
    return fits
        ? add(
            new Candidate(CandidateType.SERVER_REFLEXIVE, address, priority, "r" + all.size()),
            RemoteCandidate.Source.RENDEZVOUS)
        : null;
  }

  /** One an authentic check came from (RFC 8445 §7.3.1.3); null if there are too many. */
  RemoteCandidate reflexive(TransportAddress address, long priority) {
    boolean usable = priority >= 1 && priority <= Priorities.MAX_CANDIDATE_PRIORITY;
    long taken = usable ? priority : Priorities.candidate(CandidateType.PEER_REFLEXIVE, 0);
    return count(RemoteCandidate.Source.CHECK) < MAX_PEER_REFLEXIVE
        ? add(
            new Candidate(CandidateType.PEER_REFLEXIVE, address, taken, "p" + all.size()),
            RemoteCandidate.Source.CHECK)
        : null;
  }

  /** No longer one, for another to have its place. */
  void remove(RemoteCandidate candidate) {
    all.remove(candidate);
  }

  private RemoteCandidate add(Candidate candidate, RemoteCandidate.Source source) {
    if (!rules.allows(candidate.address())) {
      return null;
    }
    RemoteCandidate added = new RemoteCandidate(candidate, source);
    all.add(added);
    return added;
  }

  private long count(RemoteCandidate.Source source) {
    return all.stream().filter(candidate -> candidate.source() == source).count();
  }
}
