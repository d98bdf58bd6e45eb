package org.moshpit.common.nat;

import java.util.List;
import java.util.Objects;

/**
 * What one round of discovery saw, in one address family.
 *
 * @param first one socket's samples, of as many servers as answered
 * @param spread samples of further sockets, each of one server, in the order of sending; empty if
 *     none was needed
 * @param probe what came of asking for answers from elsewhere
 */
public record NatRound(List<NatSample> first, List<NatSample> spread, FilteringProbe probe) {
  /** Copies the lists. */
  public NatRound {
    first = List.copyOf(first);
    spread = List.copyOf(spread);
    Objects.requireNonNull(probe);
  }
}
