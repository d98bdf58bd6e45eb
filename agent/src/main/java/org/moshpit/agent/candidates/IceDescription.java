package org.moshpit.agent.candidates;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one end tells the other about itself, sealed, before checks can run between them.
 *
 * @param ufrag user name fragment, 4–256 ice-chars (RFC 8445 §5.3)
 * @param pwd password, 22–256 ice-chars
 * @param candidates at most {@link #MAX_CANDIDATES}
 * @param generation grows with every restart of the checks on that end (RFC 8445 §9)
 */
public record IceDescription(String ufrag, String pwd, List<Candidate> candidates, int generation) {
  /** More than that an honest end never has. */
  public static final int MAX_CANDIDATES = 32;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if a credential is out of range, there are too many
   *     candidates, or the generation is negative
   */
  public IceDescription {
    if (!IceCredentials.areValid(ufrag, pwd)) {
      throw new IllegalArgumentException("ICE credentials out of range");
    }
    candidates = List.copyOf(candidates);
    if (candidates.size() > MAX_CANDIDATES) {
      throw new IllegalArgumentException(candidates.size() + " candidates");
    }
    if (generation < 0) {
      throw new IllegalArgumentException("generation " + generation);
    }
  }

  /**
   * From values a peer sent, which may be anything. Of too many candidates the best stay.
   *
   * @return empty if the credentials or the generation are unusable
   */
  public static Optional<IceDescription> fromPeer(
      String ufrag, String pwd, List<Candidate> candidates, int generation) {
    if (!IceCredentials.areValid(ufrag, pwd) || generation < 0) {
      return Optional.empty();
    }
    List<Candidate> kept = new ArrayList<>(candidates);
    kept.removeIf(Objects::isNull);
    if (kept.size() > MAX_CANDIDATES) {
      kept.sort(Comparator.comparingLong(Candidate::priority).reversed());
      kept = kept.subList(0, MAX_CANDIDATES);
    }
    return Optional.of(new IceDescription(ufrag, pwd, kept, generation));
  }

  /** The credential part. */
  public IceCredentials credentials() {
    return new IceCredentials(ufrag, pwd);
  }

  /** Never shows the password. */
  @Override
  public String toString() {
    return "IceDescription[" + ufrag + ", generation " + generation + ", " + candidates + "]";
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof IceDescription that
        && ufrag.equals(that.ufrag)
        && pwd.equals(that.pwd)
        && candidates.equals(that.candidates)
        && generation == that.generation;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * ufrag.hashCode() + pwd.hashCode()) + candidates.hashCode())
        + generation;
  }
}
