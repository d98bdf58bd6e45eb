package org.moshpit.agent.cli.wiring;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Registration;
import org.moshpit.common.wire.proto.StunServer;

/**
 * The rendezvous' STUN servers.
 *
 * @param addresses each address with each of its ports, the preferred first
 */
public record StunServers(List<TransportAddress> addresses) {
  /** None known yet. */
  public static final StunServers NONE = new StunServers(List.of());

  private static final int MAX = 16;

  /** Copies the list. */
  public StunServers {
    addresses = List.copyOf(addresses);
  }

  /**
   * As a registration has them; what is not an address is left out.
   *
   * @param linked the address the link goes to, for servers that name none; or null
   */
  public static StunServers of(Registration registration, TransportAddress linked) {
    Set<TransportAddress> found = new LinkedHashSet<>();
    for (StunServer server : registration.getStunList()) {
      int length = server.getIp().size();
      boolean port = server.getPort() > 0 && server.getPort() <= 65535;
      if (!port || found.size() >= MAX) {
        continue;
      }
      if (length == 4 || length == 16) {
        found.add(TransportAddress.of(server.getIp().toByteArray(), server.getPort()));
      } else if (length == 0 && linked != null) {
        found.add(new TransportAddress(linked.ip(), server.getPort()));
      }
    }
    return new StunServers(List.copyOf(found));
  }

  /** Where they are expected before the rendezvous has said so: its port, and the next one. */
  public static StunServers guess(List<TransportAddress> rendezvous) {
    Set<TransportAddress> found = new LinkedHashSet<>();
    for (TransportAddress address : rendezvous) {
      found.add(address);
      if (address.port() < 65535) {
        found.add(new TransportAddress(address.ip(), address.port() + 1));
      }
    }
    return new StunServers(List.copyOf(found));
  }

  /** Their IP addresses. */
  public List<InetAddress> ips() {
    return addresses.stream().map(TransportAddress::ip).distinct().toList();
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof StunServers that && addresses.equals(that.addresses);
  }

  @Override
  public int hashCode() {
    return addresses.hashCode();
  }
}
