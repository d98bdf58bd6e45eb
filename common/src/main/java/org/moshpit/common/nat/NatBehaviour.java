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

  /** This, and where this knows nothing, the other. */
  public NatBehaviour orElse(NatBehaviour other) {
    return new NatBehaviour(
        mapping == Mapping.UNKNOWN ? other.mapping : mapping,
        filtering == Filtering.UNKNOWN ? other.filtering : filtering,
        allocation == Allocation.UNKNOWN ? other.allocation : allocation);
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof NatBehaviour that
        && mapping == that.mapping
        && filtering == that.filtering
        && allocation == that.allocation;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * mapping.hashCode() + filtering.hashCode()) + allocation.hashCode();
  }
}
