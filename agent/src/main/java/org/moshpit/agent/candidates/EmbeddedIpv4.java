package org.moshpit.agent.candidates;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * IPv6 addresses that stand for an IPv4 one: what is sent there comes out as IPv4, at a translator
 * or at a tunnel's end, so that the rules for IPv4 have to hold. A translator whose prefix is the
 * operator's own (RFC 6052 §2.2) cannot be told from any other network. Pure.
 */
public final class EmbeddedIpv4 {
  private static final int IPV6 = 16;

  private EmbeddedIpv4() {}

  /**
   * The IPv4 address in one of 64:ff9b::/96 (NAT64, RFC 6052) or 2002::/16 (6to4, RFC 3056).
   *
   * @param ip 16 bytes, network order
   * @return empty: it is none of these
   */
  public static Optional<InetAddress> of(byte[] ip) {
    if (isTranslated(ip)) {
      return Optional.of(ipv4(ip, 12));
    }
    return begins(ip, 0x20, 0x02) ? Optional.of(ipv4(ip, 2)) : Optional.empty();
  }

  /**
   * Whether what is sent there may end where nothing is to be sent: at a private, loopback,
   * multicast or reserved IPv4 address, or at one that cannot be told from it. So 0000::/8 is
   * refused but for 64:ff9b::/96 (in it are IPv4-compatible and IPv4-mapped addresses, RFC 4291
   * §2.5.5, and 64:ff9b:1::/48, RFC 8215, which says of no bits where its IPv4 stands), and Teredo
   * (RFC 4380), in which it is written obscured.
   */
  static boolean leadsAstray(InetAddress address) {
    byte[] ip = address.getAddress();
    if (ip.length != IPV6) {
      return false;
    }
    Optional<InetAddress> inner = of(ip);
    if (inner.isPresent()) {
      InetAddress ipv4 = inner.get();
      return DestinationRules.isPrivate(ipv4)
          || ipv4.isLinkLocalAddress()
          || ipv4.isMulticastAddress()
          || DestinationRules.isReserved(ipv4);
    }
    return ip[0] == 0 || begins(ip, 0x20, 0x01, 0, 0);
  }

  /** 64:ff9b:1::/48, for translators of one network (RFC 8215). */
  static boolean isLocalTranslator(byte[] ip) {
    return begins(ip, 0, 0x64, 0xff, 0x9b, 0, 1);
  }

  private static boolean isTranslated(byte[] ip) {
    return begins(ip, 0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  private static boolean begins(byte[] ip, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((ip[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress ipv4(byte[] ip, int at) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(ip, at, at + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
