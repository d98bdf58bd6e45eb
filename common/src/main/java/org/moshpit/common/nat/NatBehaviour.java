package org.moshpit.common.nat;

import java.util.Objects;

/** What is known of the NATs between here and the rendezvous, taken as one. */
public record NatBehaviour(Mapping mapping, Filtering filtering, Allocation allocation) {
  /** Nothing is known. */
  public static final NatBehaviour UNKNOWN =
      new NatBehaviour(Mapping.UNKNOWN, Filtering.UNKNOWN, Allocation.UNKNOWN);

  /** None of the three is null. */
  public NatBehaviour {
    Objects.requireNonNull(mapping);
    Objects.requireNonNull(filtering);
    Objects.requireNonNull(allocation);
  }
}
