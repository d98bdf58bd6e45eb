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
    boolean easyHere = isEasy(here);
    boolean easyPeer = isEasy(peer);
    if (easyHere && easyPeer) {
      return DIRECT;
    }
    if (easyHere || easyPeer) {
      // The easy side's filter lets the hard side's new port in, or that port must be found first.
      return letsAnyPortIn((easyHere ? here : peer).filtering()) ? DIRECT : DIRECT_AFTER_TRIES;
    }
    // One end whose port can be foretold is enough: the other tries its own against that one.
    return isForetold(here) || isForetold(peer) || (isStepped(here) && isStepped(peer))
        ? DIRECT_AFTER_TRIES
        : RELAY;
  }

  /** Whoever comes finds the same port. */
  private static boolean isEasy(NatBehaviour nat) {
    return switch (nat.mapping()) {
      case NONE, ENDPOINT_INDEPENDENT -> true;
      case ADDRESS_DEPENDENT -> nat.allocation() == Allocation.PRESERVING;
      case ADDRESS_AND_PORT_DEPENDENT, UNKNOWN -> false;
    };
  }

  /** One port for all of an address' ports, and which one can be foretold. */
  private static boolean isForetold(NatBehaviour nat) {
    return nat.mapping() == Mapping.ADDRESS_DEPENDENT && nat.allocation() == Allocation.SEQUENTIAL;
  }

  /** A port for each destination, each a step further. */
  private static boolean isStepped(NatBehaviour nat) {
    return nat.mapping() == Mapping.ADDRESS_AND_PORT_DEPENDENT
        && nat.allocation() == Allocation.SEQUENTIAL;
  }

  private static boolean letsAnyPortIn(Filtering filtering) {
    return switch (filtering) {
      case NONE, ENDPOINT_INDEPENDENT, ADDRESS_DEPENDENT -> true;
      case ADDRESS_AND_PORT_DEPENDENT, UNKNOWN -> false;
    };
  }
}
