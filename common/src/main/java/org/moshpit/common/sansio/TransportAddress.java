package org.moshpit.common.sansio;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A transport address: the combination of an IP address and a port (RFC 8445 §4). Never a host name
 * and never unresolved; its text form is {@code IP:PORT}, IPv6 bracketed and as in RFC 5952.
 *
 * @param ip the address, without a scope
 * @param port 0–65535
 */
public record TransportAddress(InetAddress ip, int port) {
  private static final int IPV6_GROUPS = 8;
  private static final Pattern IPV4 =
      Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  /** Checks the port's range. */
  public TransportAddress {
    Objects.requireNonNull(ip);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port);
    }
  }

  /** From 4 or 16 address bytes; another length is an {@link IllegalArgumentException}. */
  public static TransportAddress of(byte[] ip, int port) {
    try {
      return new TransportAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + ip.length, e);
    }
  }

  /** From a resolved socket address. */
  public static TransportAddress of(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    if (ip == null) {
      throw new IllegalArgumentException("unresolved " + address.getHostString());
    }
    return of(ip.getAddress(), address.getPort());
  }

  /**
   * Parses {@code 192.0.2.1:7} or {@code [2001:db8::1]:7}; never asks a name service.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static TransportAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("not IP:PORT: " + text);
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("IPv6 needs brackets: " + text);
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a port: " + text, e);
    }
    return new TransportAddress(parseIp(host), port);
  }

  /**
   * Parses an IP literal; never asks a name service.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static InetAddress parseIp(String literal) {
    if (!IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
      throw new IllegalArgumentException("not an IP address: " + literal);
    }
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an IP address: " + literal, e);
    }
  }

  /** Whether the text is an IP literal. */
  public static boolean isIp(String literal) {
    try {
      parseIp(literal);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether this is an IPv6 address. */
  public boolean isIpv6() {
    return ip instanceof Inet6Address;
  }

  /** The same as the JDK's type, for the edge. */
  public InetSocketAddress toSocketAddress() {
    return new InetSocketAddress(ip, port);
  }

  @Override
  public String toString() {
    return (isIpv6() ? "[" + text(ip) + "]" : text(ip)) + ":" + port;
  }

  /** The IP address as people and other programs write it: IPv6 by RFC 5952 §4, without a scope. */
  public static String text(InetAddress ip) {
    if (!(ip instanceof Inet6Address)) {
      return ip.getHostAddress();
    }
    byte[] bytes = ip.getAddress();
    int[] groups = new int[IPV6_GROUPS];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    int from = 0;
    int until = 0;
    for (int i = 0; i < groups.length; i++) {
      int end = i;
      while (end < groups.length && groups[end] == 0) {
        end++;
      }
      // one zero alone is written, and of runs as long as each other the first is left out
      if (end - i > Math.max(1, until - from)) {
        from = i;
        until = end;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < groups.length; i++) {
      if (i == from && until > from) {
        text.append("::");
        i = until - 1;
        continue;
      }
      text.append(i == 0 || i == until && until > from ? "" : ":")
          .append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof TransportAddress that && ip.equals(that.ip) && port == that.port;
  }

  @Override
  public int hashCode() {
    return 31 * ip.hashCode() + port;
  }
}
