package org.moshpit.agent.cli.wiring;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Registration;
import org.moshpit.common.wire.proto.StunServer;

/**
 * The rendezvous' STUN servers. It names them itself, so only addresses that a check might go to
 * are taken, and no more than finding a NAT's behaviour needs: two ports of two addresses in each
 * family.
 *
 * @param addresses each address with each of its ports, the preferred first
 */
public record StunServers(List<TransportAddress> addresses) {
  /** None known yet. */
  public static final StunServers NONE = new StunServers(List.of());

  private static final int HOSTS = 2;
  private static final int PORTS = 2;

  /** Copies the list. */
  public StunServers {
    addresses = List.copyOf(addresses);
  }

  /**
   * As a registration has them; what is not an address, or not one to send to, is left out.
   *
   * @param linked the address the link goes to, for servers that name none; or null. Only if it is
   *     loopback are servers on loopback taken, and only if it is private those on private
   *     addresses
   */
  public static StunServers of(Registration registration, TransportAddress linked) {
    DestinationRules rules =
        new DestinationRules(linked != null && linked.ip().isLoopbackAddress());
    boolean near = linked != null && DestinationRules.isPrivate(linked.ip());
    Set<TransportAddress> found = new LinkedHashSet<>();
    for (StunServer server : registration.getStunList()) {
      int length = server.getIp().size();
      boolean port = server.getPort() > 0 && server.getPort() <= 65535;
      if (!port) {
        continue;
      }
      if (length == 4 || length == 16) {
        found.add(TransportAddress.of(server.getIp().toByteArray(), server.getPort()));
      } else if (length == 0 && linked != null) {
        found.add(new TransportAddress(linked.ip(), server.getPort()));
      }
    }
    return few(
        found.stream()
            .filter(rules::allows)
            .filter(address -> near || !DestinationRules.isPrivate(address.ip()))
            .toList());
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
    return few(found);
  }

  private static StunServers few(Collection<TransportAddress> all) {
    Map<InetAddress, Integer> ports = new HashMap<>();
    List<TransportAddress> taken = new ArrayList<>();
    for (TransportAddress address : all) {
      int before = ports.getOrDefault(address.ip(), 0);
      long hosts = ports.keySet().stream().filter(ip -> isIpv6(ip) == address.isIpv6()).count();
      if (before < PORTS && (before > 0 || hosts < HOSTS)) {
        ports.put(address.ip(), before + 1);
        taken.add(address);
      }
    }
    return new StunServers(taken);
  }

  private static boolean isIpv6(InetAddress ip) {
    return ip instanceof Inet6Address;
  }

  /**
   * Those that have the address the link goes to, which has proved to be the rendezvous: nothing
   * that a session relays goes to an address that is only said to be.
   *
   * @param linked may be null: then none
   */
  public StunServers at(TransportAddress linked) {
    return linked == null
        ? NONE
        : new StunServers(addresses.stream().filter(one -> one.ip().equals(linked.ip())).toList());
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
