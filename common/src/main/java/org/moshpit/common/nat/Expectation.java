package org.moshpit.common.nat;

/** Which path two agents can expect to find, by the NATs in front of them. */
public enum Expectation {
  /** By plain checks, within a second or so. */
  DIRECT("direct"),
  /** By predicting or searching ports. */
  DIRECT_AFTER_TRIES("direct after a few tries"),
  /** No method finds one. */
  RELAY("relay");

  private final String word;

  Expectation(String word) {
    this.word = word;
  }

  /** For JSON and people. */
  public String word() {
    return word;
  }

  /**
   * What to expect. A mapping or filter that is not known counts as the strictest.
   *
   * @param here one end; the order of the two does not matter
   * @param peer the other, with UDP getting through at both
   */
  public static Expectation between(NatBehaviour here, NatBehaviour peer) {
    boolean easyHere = isEasy(here.mapping());
    boolean easyPeer = isEasy(peer.mapping());
    if (easyHere && easyPeer) {
      return DIRECT;
    }
    if (easyHere || easyPeer) {
      // The easy side's filter lets the hard side's new port in, or that port must be found first.
      return letsAnyPortIn((easyHere ? here : peer).filtering()) ? DIRECT : DIRECT_AFTER_TRIES;
    }
    return isPredictable(here.allocation()) && isPredictable(peer.allocation())
        ? DIRECT_AFTER_TRIES
        : RELAY;
  }

  private static boolean isEasy(Mapping mapping) {
    return mapping == Mapping.NONE || mapping == Mapping.ENDPOINT_INDEPENDENT;
  }

  private static boolean letsAnyPortIn(Filtering filtering) {
    return switch (filtering) {
      case NONE, ENDPOINT_INDEPENDENT, ADDRESS_DEPENDENT -> true;
      case ADDRESS_AND_PORT_DEPENDENT, UNKNOWN -> false;
    };
  }

  private static boolean isPredictable(Allocation allocation) {
    return allocation == Allocation.SEQUENTIAL || allocation == Allocation.PRESERVING;
  }
}
