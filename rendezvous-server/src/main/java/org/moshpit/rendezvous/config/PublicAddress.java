package org.moshpit.rendezvous.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.moshpit.common.sansio.TransportAddress;

/** How agents on the internet reach this machine, where nobody said so. */
public final class PublicAddress {
  private PublicAddress() {}

  /**
   * The hosts join URLs name: those configured; else, if an address listened on is the only choice,
   * that one; else the machine's only global IPv4 address, and its only global IPv6 address beside
   * or instead of it.
   *
   * @throws ConfigException if there is none, or more than one of a family
   */
  public static List<String> of(RendezvousConfig config) throws ConfigException {
    if (!config.publicHosts().isEmpty()) {
      return config.publicHosts();
    }
    List<InetAddress> candidates = new ArrayList<>();
    boolean anywhere = false;
    for (TransportAddress address : config.listen()) {
      anywhere |= address.ip().isAnyLocalAddress();
      candidates.add(address.ip());
    }
    return choose(anywhere ? local() : candidates);
  }

  static List<String> choose(List<InetAddress> addresses) throws ConfigException {
    List<String> hosts = new ArrayList<>();
    for (Class<?> family : List.of(Inet4Address.class, Inet6Address.class)) {
      List<String> global =
          addresses.stream()
              .filter(address -> family.isInstance(address) && isGlobal(address))
              .map(TransportAddress::text)
              .distinct()
              .toList();
      if (global.size() > 1) {
        throw new ConfigException(
            "This machine has several public addresses ("
                + String.join(", ", global)
                + "); name the one agents are to use: --public-address, or public-address in the"
                + " configuration file.");
      }
      hosts.addAll(global);
    }
    if (hosts.isEmpty()) {
      throw new ConfigException(
          "This machine has no public address of its own; name the one agents are to use:"
              + " --public-address, or public-address in the configuration file.");
    }
    return hosts;
  }

  /**
   * Where STUN listens. A wildcard socket answers from whatever address the kernel prefers, which
   * on a machine with several need not be the one that was asked; so there each global address gets
   * sockets of its own beside the wildcard's, and with them STUN has a second address to offer.
   */
  public static List<TransportAddress> stunListen(List<TransportAddress> listen) {
    return stunListen(listen, local());
  }

  static List<TransportAddress> stunListen(List<TransportAddress> listen, List<InetAddress> local) {
    List<TransportAddress> all = new ArrayList<>(listen);
    for (TransportAddress address : listen) {
      if (!address.ip().isAnyLocalAddress()) {
        continue;
      }
      for (Class<?> family : List.of(Inet4Address.class, Inet6Address.class)) {
        List<TransportAddress> global =
            local.stream()
                .filter(ip -> family.isInstance(ip) && isGlobal(ip))
                .filter(ip -> address.isIpv6() || ip instanceof Inet4Address)
                .map(ip -> new TransportAddress(ip, address.port()))
                .distinct()
                .toList();
        if (global.size() > 1) {
          global.stream().filter(one -> !all.contains(one)).forEach(all::add);
        }
      }
    }
    return all;
  }

  /** Whether an address may be reached from the internet at all, by its number. */
  static boolean isGlobal(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      int first = bytes[0] & 0xff;
      int second = bytes[1] & 0xff;
      boolean shared = first == 100 && second >= 64 && second < 128; // RFC 6598
      return !shared && first != 0 && first < 240;
    }
    return (bytes[0] & 0xe0) == 0x20; // 2000::/3, so no unique local ones (RFC 4193)
  }

  /** Whether this machine has IPv6 at all. */
  static boolean ipv6() {
    return local().stream().anyMatch(Inet6Address.class::isInstance);
  }

  private static List<InetAddress> local() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .map(address -> TransportAddress.of(address.getAddress(), 0).ip())
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }
}
