package org.moshpit.agent.candidates;

import java.util.Objects;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * A candidate of this end.
 *
 * @param socket the socket behind it
 * @param base what that socket is bound to: checks leave from there (RFC 8445 §4)
 * @param candidate what the peer is told
 * @param localPreference 0–65535, of the socket
 */
public record LocalCandidate(
    SocketId socket, TransportAddress base, Candidate candidate, int localPreference) {
  /** Nothing may be null. */
  public LocalCandidate {
    Objects.requireNonNull(socket);
    Objects.requireNonNull(base);
    Objects.requireNonNull(candidate);
  }

  /** Priority a peer-reflexive candidate of the same socket has (RFC 8445 §7.1.1). */
  public long peerReflexivePriority() {
    return Priorities.candidate(CandidateType.PEER_REFLEXIVE, localPreference);
  }
}
