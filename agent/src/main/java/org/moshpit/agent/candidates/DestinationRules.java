package org.moshpit.agent.candidates;

import java.net.InetAddress;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Which destinations may ever get a check. A peer names them, so they are not to be trusted: never
 * loopback, never many at once, never nowhere; own addresses otherwise are not known here, and two
 * agents on one machine meet there. Private ranges are allowed, because peers in one LAN meet
 * there; they get plain checks only, and few.
 *
 * @param loopback whether loopback is allowed: only for two ends of a test on one machine
 */
public record DestinationRules(boolean loopback) {
  /** What runs outside of tests. */
  public static final DestinationRules STANDARD = new DestinationRules(false);

  /** Whether a check may be sent there. */
  public boolean allows(TransportAddress address) {
    InetAddress ip = address.ip();
    if (address.port() == 0 || ip.isAnyLocalAddress() || ip.isMulticastAddress()) {
      return false;
    }
    if (ip.isLoopbackAddress()) {
      return loopback;
    }
    // Link-local needs a scope, which no candidate carries; and it is never more than one hop away.
    return !ip.isLinkLocalAddress() && !isReserved(ip) && !EmbeddedIpv4.leadsAstray(ip);
  }

  /** 0/8 "this network" and 240/4, which holds the broadcast address (RFC 6890). */
  static boolean isReserved(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    int first = bytes[0] & 0xff;
    return bytes.length == 4 && (first == 0 || first >= 240);
  }

  /**
   * Whether an address means something only inside somebody's network: RFC 1918, RFC 6598 (inside a
   * carrier's NAT), unique local and site-local IPv6, loopback; and IPv6 that a translator, or a
   * tunnel's end, turns into such an IPv4 address.
   */
  public static boolean isPrivate(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    int first = bytes[0] & 0xff;
    if (bytes.length == 16) {
      return ip.isLoopbackAddress()
          || ip.isSiteLocalAddress()
          || (first & 0xfe) == 0xfc
          || EmbeddedIpv4.isLocalTranslator(bytes)
          || EmbeddedIpv4.of(bytes).filter(DestinationRules::isPrivate).isPresent();
    }
    return ip.isSiteLocalAddress() || ip.isLoopbackAddress() || isShared(ip);
  }

  /** Whether it is of 100.64/10 (RFC 6598), between a carrier's NAT and its customers' routers. */
  public static boolean isShared(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    return bytes.length == 4 && (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64;
  }
}
