package org.moshpit.agent.path;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.punch.strategy.Shortcoming;
import org.moshpit.common.sansio.Machine;

/**
 * Why there is no direct path, for a person: the most telling cause that is known, and what would
 * change that where it can be said plainly.
 *
 * @param text all of it but a wait
 * @param until when a wait is over and the next attempt is made, or {@link Machine#NO_DEADLINE}
 */
record RelayReason(String text, long until) {
  static final String SEARCHING = "looking for a direct path";
  static final String ASKED_FOR = "only the relay was asked for";
  static final String PEER_ASKED_FOR = "the laptop asked for the relay only";

  private static final long MINUTE = 60;

  private static final String HARD = "address-and-port-dependent";
  private static final String HALF_HARD = "address-dependent";

  /**
   * Asking for IPv6 or a mapping helps whichever NAT it is; which router has the say, we cannot
   * know.
   */
  private static final String AROUND_NAT =
      ". IPv6 on both networks would change that, or port mapping (PCP, NAT-PMP, UPnP)"
          + " switched on in a router that has a public address";

  /** One without a wait. */
  static RelayReason of(String text) {
    return new RelayReason(text, Machine.NO_DEADLINE);
  }

  /** As it is at {@code now}. */
  String at(long now) {
    return until == Machine.NO_DEADLINE ? text : text + "; it is tried again " + in(until - now);
  }

  private static String in(long wait) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(wait + TimeUnit.SECONDS.toNanos(1) - 1);
    if (seconds <= 0) {
      return "now";
    }
    return seconds < 2 * MINUTE
        ? "in " + seconds + " s"
        : "in " + (seconds + MINUTE - 1) / MINUTE + " min";
  }

  /** Whether it is a wait that is not over. */
  boolean isWaiting(long now) {
    return until != Machine.NO_DEADLINE && until - now > 0;
  }

  /** Whether a person would be told the same; two measurements of one wait differ a little. */
  boolean isLike(RelayReason other) {
    return new Shortcoming(text, until).isLike(new Shortcoming(other.text, other.until));
  }

  /**
   * Of a failed attempt, or of one in doubt.
   *
   * @param failure what the checks say
   * @param nat what the strategies say
   */
  static RelayReason of(
      String failure,
      Shortcoming nat,
      Evidence evidence,
      PathIn.LocalNat local,
      PathIn.PeerNat peer) {
    if (evidence.peerRelayOnly()) {
      return of(PEER_ASKED_FOR);
    }
    if (!evidence.localUdp() || !evidence.peerUdp()) {
      return of(withoutUdp(evidence.localUdp(), evidence.peerUdp()));
    }
    if (nat.isWait()) {
      return new RelayReason(nat.why(), nat.until());
    }
    if (!nat.isNone()) {
      return of(nat.why() + AROUND_NAT);
    }
    List<String> causes = new ArrayList<>();
    nat("this network's NAT", local.mapping(), local.allocation(), causes);
    nat("the peer's NAT", peer.mapping(), peer.allocation(), causes);
    return of(causes.isEmpty() ? failure : String.join("; ", causes) + AROUND_NAT);
  }

  /** That no answer comes says nothing of which end of the way to the rendezvous is shut. */
  private static String withoutUdp(boolean localUdp, boolean peerUdp) {
    if (localUdp) {
      return "UDP gets no answer on the peer's network. A firewall there that lets UDP out would"
          + " change that, or another network";
    }
    if (peerUdp) {
      return "UDP gets no answer on this network. A firewall here that lets UDP out would change"
          + " that, or another network, or opening the rendezvous' own UDP ports (usually 3478 and"
          + " 3479), if they are shut there";
    }
    return "UDP gets no answer from the rendezvous at either end. Its own UDP ports (usually 3478"
        + " and 3479) are likely shut there, and opening them would change that; if they are open,"
        + " firewalls on both networks that let UDP out";
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
