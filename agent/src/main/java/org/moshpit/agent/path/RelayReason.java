package org.moshpit.agent.path;

import java.util.ArrayList;
import java.util.List;

/** Says to a person why there is no direct path: the most telling cause that is known. */
final class RelayReason {
  static final String SEARCHING = "looking for a direct path";
  static final String ASKED_FOR = "only the relay was asked for";

  private static final String HARD = "address-and-port-dependent";
  private static final String HALF_HARD = "address-dependent";

  private RelayReason() {}

  /**
   * Of a failed attempt.
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
    List<String> causes = new ArrayList<>();
    if (!localUdp) {
      causes.add("UDP gets no answer on this network");
    }
    if (!peerUdp) {
      causes.add("UDP gets no answer on the peer's network");
    }
    if (causes.isEmpty() && !nat.isEmpty()) {
      causes.add(nat);
    }
    if (causes.isEmpty()) {
      nat("this network's NAT", local.mapping(), local.allocation(), causes);
      nat("the peer's NAT", peer.mapping(), peer.allocation(), causes);
    }
    return causes.isEmpty() ? failure : String.join("; ", causes);
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
