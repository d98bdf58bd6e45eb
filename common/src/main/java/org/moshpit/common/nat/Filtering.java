package org.moshpit.common.nat;

/** Whose datagrams a NAT or firewall lets in through a mapping (RFC 4787 §5). */
public enum Filtering {
  /** No filter. */
  NONE("none"),
  /** Anyone's, once the mapping exists. */
  ENDPOINT_INDEPENDENT("endpoint-independent"),
  /** Those of addresses the socket has sent to. */
  ADDRESS_DEPENDENT("address-dependent"),
  /** Those of addresses and ports the socket has sent to. */
  ADDRESS_AND_PORT_DEPENDENT("address-and-port-dependent"),
  /** Not enough seen. */
  UNKNOWN("unknown");

  private final String word;

  Filtering(String word) {
    this.word = word;
  }

  /** The word of JSON output and of the link. */
  public String word() {
    return word;
  }

  /** The value of that word; {@link #UNKNOWN} for any other text. */
  public static Filtering ofWord(String word) {
    for (Filtering value : values()) {
      if (value.word.equals(word)) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
