package org.moshpit.agent.candidates;

import java.util.Objects;
import java.util.Optional;
import org.moshpit.common.sansio.TransportAddress;

/**
 * One transport address an end may be reached at (RFC 8445 §5.1).
 *
 * @param type how it was learned
 * @param address where to send
 * @param priority 1 to 2³¹−1, larger is tried earlier (RFC 8445 §5.1.2)
 * @param foundation 1–32 ice-chars; candidates with equal foundations tend to fail or work together
 *     (RFC 8445 §5.1.1.3)
 */
public record Candidate(
    CandidateType type, TransportAddress address, long priority, String foundation) {

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if priority or foundation is out of range
   */
  public Candidate {
    Objects.requireNonNull(type);
    Objects.requireNonNull(address);
    if (priority < 1 || priority > Priorities.MAX_CANDIDATE_PRIORITY) {
      throw new IllegalArgumentException("priority " + priority);
    }
    if (!IceChars.areValid(foundation, 1, 32)) {
      throw new IllegalArgumentException("foundation");
    }
  }

  /**
   * From values a peer sent, which may be anything.
   *
   * @param ip 4 or 16 bytes
   * @return empty if any value is out of its range
   */
  public static Optional<Candidate> fromPeer(
      CandidateType type, byte[] ip, int port, long priority, String foundation) {
    boolean sound =
        type != null
            && ip != null
            && (ip.length == 4 || ip.length == 16)
            && port > 0
            && port <= 65535
            && priority >= 1
            && priority <= Priorities.MAX_CANDIDATE_PRIORITY
            && IceChars.areValid(foundation, 1, 32);
    return sound
        ? Optional.of(new Candidate(type, TransportAddress.of(ip, port), priority, foundation))
        : Optional.empty();
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof Candidate that
        && type == that.type
        && address.equals(that.address)
        && priority == that.priority
        && foundation.equals(that.foundation);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * type.hashCode() + address.hashCode()) + Long.hashCode(priority))
        + foundation.hashCode();
  }
}
