package org.moshpit.agent.portmap;

import java.net.InetAddress;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.common.sansio.TransportAddress;

/** What is believed of the address a router says it has outside. */
final class OuterAddress {
  private OuterAddress() {}

  /**
   * What is wrong with it, or null: only an address that can be reached from anywhere is of use,
   * and a router that names another one stands behind a second NAT, or lies. One of 100.64/10 is
   * reached by those who stand behind the same carrier's NAT, and told to the peer for that case.
   *
   * @param ipv6 the family wanted
   */
  static String problem(InetAddress outer, int port, boolean ipv6) {
    if ((outer.getAddress().length == 16) != ipv6) {
      return "an address of the other family";
    }
    if (DestinationRules.isPrivate(outer) && !DestinationRules.isShared(outer)) {
      return "a private address: another NAT is in between";
    }
    return port != 0 && DestinationRules.STANDARD.allows(new TransportAddress(outer, port))
        ? null
        : "an address that leads nowhere";
  }
}
