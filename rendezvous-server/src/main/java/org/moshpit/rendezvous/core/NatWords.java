package org.moshpit.rendezvous.core;

import java.util.Set;

/**
 * What an agent says of its own NAT, in the words of RFC 4787 as the JSON contract has them. A word
 * that is not one of them becomes {@code unknown}: it ends up on an operator's screen.
 *
 * @param mapping none, endpoint-independent, address-dependent, address-and-port-dependent, unknown
 * @param filtering the same words
 * @param allocation preserving, sequential, block, random, unknown
 */
public record NatWords(String mapping, String filtering, String allocation) {
  private static final Set<String> DEPENDENCE =
      Set.of("none", "endpoint-independent", "address-dependent", "address-and-port-dependent");
  private static final Set<String> ALLOCATION =
      Set.of("preserving", "sequential", "block", "random");

  /** Nothing known. */
  public static final NatWords UNKNOWN = new NatWords("", "", "");

  /** Keeps the known words. */
  public NatWords {
    mapping = DEPENDENCE.contains(mapping) ? mapping : "unknown";
    filtering = DEPENDENCE.contains(filtering) ? filtering : "unknown";
    allocation = ALLOCATION.contains(allocation) ? allocation : "unknown";
  }
}
