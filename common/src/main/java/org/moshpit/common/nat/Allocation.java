package org.moshpit.common.nat;

/** How a NAT numbers the public ports of new mappings (RFC 4787 §4.2). */
public enum Allocation {
  /** The local port, as long as it is free. */
  PRESERVING("preserving"),
  /** A little above the one before. */
  SEQUENTIAL("sequential"),
  /** Anywhere in a small block. */
  BLOCK("block"),
  /** Anywhere. */
  RANDOM("random"),
  /** Not enough seen. */
  UNKNOWN("unknown");

  private final String word;

  Allocation(String word) {
    this.word = word;
  }

  /** The word of JSON output and of the link. */
  public String word() {
    return word;
  }

  /** The value of that word; {@link #UNKNOWN} for any other text. */
  public static Allocation ofWord(String word) {
    for (Allocation value : values()) {
      if (value.word.equals(word)) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
