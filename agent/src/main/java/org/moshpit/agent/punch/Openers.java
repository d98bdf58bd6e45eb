package org.moshpit.agent.punch;

import java.util.List;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.common.sansio.TransportAddress;

/** Packets that open our own NAT for the peer, and die on the way to it. */
final class Openers {
  private final int ttl;
  private final CheckSender sender;
  private final Roles roles;
  private final Pairing pairing;

  /**
   * Nothing sent yet.
   *
   * @param ttl their time to live; 0 sends none
   */
  Openers(int ttl, CheckSender sender, Roles roles, Pairing pairing) {
    this.ttl = ttl;
    this.sender = sender;
    this.roles = roles;
    this.pairing = pairing;
  }

  /** Sends one for each pair's remote address; inside one network there is no NAT to open. */
  void send(long now, List<CandidatePair> pairs) {
    if (ttl == 0) {
      return;
    }
    for (CandidatePair pair : pairs) {
      TransportAddress to = pair.remote.address();
      if (!DestinationRules.isPrivate(to.ip())) {
        sender.start(now, CheckTransaction.Kind.OPENER, pair, roles, false, ttl(to));
      }
    }
  }

  /** The time to live of one to that address. */
  int ttl(TransportAddress to) {
    return pairing.isOurs(to.ip()) ? OpenerTtl.nearby(ttl) : ttl;
  }
}
