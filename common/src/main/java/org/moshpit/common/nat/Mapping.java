package org.moshpit.common.nat;

/** How a NAT chooses the public address and port of a socket (RFC 4787 §4.1). */
public enum Mapping {
  /** No translation: the observed address is the local one. */
  NONE("none"),
  /** One public address and port for all destinations. */
  ENDPOINT_INDEPENDENT("endpoint-independent"),
  /** One for each destination address. */
  ADDRESS_DEPENDENT("address-dependent"),
  /** One for each destination address and port. */
  ADDRESS_AND_PORT_DEPENDENT("address-and-port-dependent"),
  /** Not enough seen. */
  UNKNOWN("unknown");

  private final String word;

  Mapping(String word) {
    this.word = word;
  }

  /** The word of JSON output and of the link. */
  public String word() {
    return word;
  }

  /** The value of that word; {@link #UNKNOWN} for any other text. */
  public static Mapping ofWord(String word) {
    for (Mapping value : values()) {
      if (value.word.equals(word)) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
