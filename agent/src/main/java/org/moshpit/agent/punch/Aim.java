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

/** Where many packets may go: only where both the peer and the rendezvous say the peer is. */
final class Aim {
  private final DestinationRules destinations;
  private final Set<InetAddress> seenAt = new HashSet<>();
  private final Set<Object> seenHosts = new HashSet<>();
  private final Set<Object> describedHosts = new HashSet<>();
  private TransportAddress described;

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
    described = Pairing.aim(candidates).filter(destinations::allows).orElse(null);
    describedHosts.clear();
    candidates.forEach(each -> describedHosts.add(HostLedger.host(each.address().ip())));
  }

  /** Where the peer says it is; null if it does not. */
  InetAddress ip() {
    return described == null ? null : described.ip();
  }

  /** Whether both say that the peer is at that host, on whatever port. */
  boolean isPeersHost(InetAddress ip) {
    Object host = HostLedger.host(ip);
    return seenHosts.contains(host) && describedHosts.contains(host);
  }

  /** Both say so. */
  Optional<TransportAddress> confirmed() {
    return Optional.ofNullable(described).filter(address -> seenAt.contains(address.ip()));
  }
}
