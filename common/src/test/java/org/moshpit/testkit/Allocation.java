package org.moshpit.testkit;

/** How a NAT chooses the outer port of a new mapping. */
public enum Allocation {
  /** The inside port if it is free. */
  PRESERVING,
  /** One more than the last. */
  SEQUENTIAL,
  /** At random within one block of ports. */
  BLOCK,
  /** At random. */
  RANDOM
}
