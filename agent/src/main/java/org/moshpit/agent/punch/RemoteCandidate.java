package org.moshpit.agent.punch;

import org.moshpit.agent.candidates.Candidate;
import org.moshpit.common.sansio.TransportAddress;

/** A candidate of the peer, and who says that it is one. */
final class RemoteCandidate {
  /** Who vouches for an address. */
  enum Source {
    /** The peer, sealed. */
    DESCRIBED,
    /** The rendezvous alone. */
    RENDEZVOUS,
    /** An authentic check came from there (RFC 8445 §7.3.1.3). */
    CHECK
  }

  private Candidate candidate;
  private Source source;

  RemoteCandidate(Candidate candidate, Source source) {
    this.candidate = candidate;
    this.source = source;
  }

  TransportAddress address() {
    return candidate.address();
  }

  long priority() {
    return candidate.priority();
  }

  String foundation() {
    return candidate.foundation();
  }

  Source source() {
    return source;
  }

  /** The peer's own word about an address known otherwise before. */
  void described(Candidate by) {
    candidate = by;
    source = Source.DESCRIBED;
  }
}
