package org.moshpit.agent.cli.enroll;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.agent.harvest.HostAddresses;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.proto.Registration;

/**
 * Where a join URL leads: all that these checks may ever send anything to.
 *
 * @param addresses of the link
 * @param unknown names that no name service knows
 */
record RendezvousAddresses(List<TransportAddress> addresses, List<String> unknown) {
  /** Copies the lists. */
  RendezvousAddresses {
    addresses = List.copyOf(addresses);
    unknown = List.copyOf(unknown);
  }

  /** Asks the name service; blocks as long as that takes. */
  static RendezvousAddresses of(Rendezvous rendezvous) {
    Set<TransportAddress> found = new LinkedHashSet<>();
    List<String> unknown = new ArrayList<>();
    for (HostPort host : rendezvous.addresses()) {
      try {
        for (InetAddress ip : InetAddress.getAllByName(host.host())) {
          found.add(TransportAddress.of(ip.getAddress(), host.port()));
        }
      } catch (UnknownHostException e) {
        unknown.add(host.host());
      }
    }
    return new RendezvousAddresses(List.copyOf(found), unknown);
  }

  /**
   * The STUN servers a registration names, as far as they are at these addresses or at the link's,
   * and as far as there is a way to them.
   *
   * @param linked the address the link went to
   */
  List<TransportAddress> stun(Registration registration, TransportAddress linked) {
    return routed(
        StunServers.of(registration, linked).addresses().stream()
            .filter(server -> server.ip().equals(linked.ip()) || leadsTo(server.ip()))
            .toList());
  }

  /** Where STUN servers are if nobody has moved them: at the same port, and the next one. */
  List<TransportAddress> guessedStun() {
    return routed(StunServers.guess(addresses).addresses());
  }

  private boolean leadsTo(InetAddress ip) {
    return addresses.stream().anyMatch(address -> address.ip().equals(ip));
  }

  /** Of a family this host does not have, no answer says nothing. */
  private static List<TransportAddress> routed(List<TransportAddress> servers) {
    List<TransportAddress> some =
        servers.stream().filter(one -> HostAddresses.source(one.ip()).isPresent()).toList();
    return some.isEmpty() ? servers : some;
  }
}
