package org.moshpit.agent.path;

import java.util.ArrayList;
import java.util.List;

/**
 * Says to a person why there is no direct path, the most telling cause that is known, and what
 * would change that where it can be said plainly.
 */
final class RelayReason {
  static final String SEARCHING = "looking for a direct path";
  static final String ASKED_FOR = "only the relay was asked for";

  private static final String HARD = "address-and-port-dependent";
  private static final String HALF_HARD = "address-dependent";

  /**
   * Asking for IPv6 or a mapping helps whichever NAT it is; which router has the say, we cannot
   * know.
   */
  private static final String AROUND_NAT =
      ". IPv6 on both networks would change that, or port mapping (PCP, NAT-PMP, UPnP)"
          + " switched on in a router that has a public address";

  private RelayReason() {}

  /**
   * Of a failed attempt, or of one in doubt.
   *
   * @param failure what the checks say
   * @param nat what the strategies say, or empty
   * @param localUdp whether anything ever answered on this end's sockets
   * @param peerUdp whether the peer has any public address
   */
  static String of(
      String failure,
      String nat,
      boolean localUdp,
      boolean peerUdp,
      PathIn.LocalNat local,
      PathIn.PeerNat peer) {
    if (!localUdp || !peerUdp) {
      return withoutUdp(localUdp, peerUdp);
    }
    if (!nat.isEmpty()) {
      return nat + AROUND_NAT;
    }
    List<String> causes = new ArrayList<>();
    nat("this network's NAT", local.mapping(), local.allocation(), causes);
    nat("the peer's NAT", peer.mapping(), peer.allocation(), causes);
    return causes.isEmpty() ? failure : String.join("; ", causes) + AROUND_NAT;
  }

  private static String withoutUdp(boolean localUdp, boolean peerUdp) {
    if (localUdp) {
      return "UDP gets no answer on the peer's network. A firewall there that lets UDP out would"
          + " change that, or another network";
    }
    String causes =
        peerUdp
            ? "UDP gets no answer on this network"
            : "UDP gets no answer on this network; UDP gets no answer on the peer's network";
    return causes
        + ". "
        + (peerUdp ? "A firewall here that lets UDP out" : "Firewalls that let UDP out")
        + " would change that, or another network";
  }

  private static void nat(String whose, String mapping, String allocation, List<String> causes) {
    if (mapping.equals(HARD) || mapping.equals(HALF_HARD)) {
      String ports = allocation.isEmpty() ? "unknown" : allocation;
      causes.add(
          whose
              + " maps each destination to another port ("
              + mapping
              + " mapping, "
              + ports
              + " allocation)");
    }
  }
}
