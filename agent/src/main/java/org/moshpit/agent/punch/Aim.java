package org.moshpit.agent.punch;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.punch.strategy.HostLedger;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Where many packets may go: only where both the peer and the rendezvous say the peer is. Of
 * several addresses the peer names, it is the first at which the rendezvous sees it: a router that
 * maps ports may name one that is not its own, and the peer cannot tell.
 */
final class Aim {
  private final DestinationRules destinations;
  private final Set<InetAddress> seenAt = new HashSet<>();
  private final Set<Object> seenHosts = new HashSet<>();
  private final Set<Object> describedHosts = new HashSet<>();
  private List<TransportAddress> described = List.of();
  private TransportAddress confirmed;

  Aim(DestinationRules destinations) {
    this.destinations = destinations;
  }

  /** The rendezvous sees the peer there; false if that is one address too many. */
  boolean seen(InetAddress ip) {
    boolean room = seenAt.size() < RemoteCandidates.MAX_OBSERVED;
    if (room) {
      seenAt.add(ip);
      seenHosts.add(HostLedger.host(ip));
    }
    return room;
  }

  /** Where the rendezvous sees the peer. */
  Set<InetAddress> seenAt() {
    return seenAt;
  }

  /** What the peer says of itself, sealed. */
  void described(List<Candidate> candidates) {
    described = Pairing.aims(candidates).stream().filter(destinations::allows).toList();
    if (!described.contains(confirmed)) {
      confirmed = null;
    }
    describedHosts.clear();
    candidates.forEach(each -> describedHosts.add(HostLedger.host(each.address().ip())));
  }

  /** Where the peer says it is; null if it does not. */
  InetAddress ip() {
    return confirmed()
        .or(() -> described.stream().findFirst())
        .map(TransportAddress::ip)
        .orElse(null);
  }

  /** Whether both say that the peer is at that host, on whatever port. */
  boolean isPeersHost(InetAddress ip) {
    Object host = HostLedger.host(ip);
    return seenHosts.contains(host) && describedHosts.contains(host);
  }

  /** Both say so; once they do it stays, as long as the peer goes on saying it. */
  Optional<TransportAddress> confirmed() {
    if (confirmed == null) {
      confirmed =
          described.stream()
              .filter(address -> seenAt.contains(address.ip()))
              .findFirst()
              .orElse(null);
    }
    return Optional.ofNullable(confirmed);
  }
}
