package org.moshpit.common.wire;

import java.util.Locale;
import java.util.regex.Pattern;
import org.moshpit.common.sansio.TransportAddress;

/**
 * A host, by name or IP literal, and a port; not resolved.
 *
 * @param host a DNS name in lower case or an IP literal without brackets
 * @param port 1–65535
 */
public record HostPort(String host, int port) {
  private static final Pattern DNS =
      Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_][a-z0-9_-]{0,62})*\\.?");

  /** Checks both; what cannot be is an {@link IllegalArgumentException}. */
  public HostPort {
    host = host.toLowerCase(Locale.ROOT);
    if (!TransportAddress.isIp(host) && (host.length() > 253 || !isName(host))) {
      throw new IllegalArgumentException("not a host: " + host);
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("not a port: " + port);
    }
  }

  /**
   * Parses {@code HOST}, {@code HOST:PORT}, {@code [IPV6]}, {@code [IPV6]:PORT} or a bare {@code
   * IPV6}.
   *
   * @throws IllegalArgumentException with a few words saying what it is not
   */
  public static HostPort parse(String text, int defaultPort) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      if (end < 0) {
        throw new IllegalArgumentException("missing ] in " + text);
      }
      String inside = text.substring(1, end);
      if (inside.indexOf(':') < 0 || !TransportAddress.isIp(inside)) {
        throw new IllegalArgumentException("not an IPv6 address: " + inside);
      }
      String rest = text.substring(end + 1);
      if (!rest.isEmpty() && rest.charAt(0) != ':') {
        throw new IllegalArgumentException("not HOST:PORT: " + text);
      }
      return new HostPort(inside, rest.isEmpty() ? defaultPort : parsePort(rest.substring(1)));
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      return new HostPort(text, defaultPort);
    }
    if (text.indexOf(':', colon + 1) >= 0) {
      return new HostPort(text, defaultPort);
    }
    return new HostPort(text.substring(0, colon), parsePort(text.substring(colon + 1)));
  }

  /** Whether the host is an IP literal. */
  public boolean isIp() {
    return TransportAddress.isIp(host);
  }

  /** {@code HOST:PORT}, IPv6 bracketed; without the port if it is the default one. */
  public String toString(int defaultPort) {
    String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == defaultPort ? bracketed : bracketed + ":" + port;
  }

  @Override
  public String toString() {
    return toString(-1);
  }

  private static boolean isName(String host) {
    // The last label of a name holds a letter; 1.2.3.400 is a mistyped address, not a name.
    String last = host.substring(host.lastIndexOf('.') + 1);
    return DNS.matcher(host).matches() && !last.matches("[0-9]+");
  }

  private static int parsePort(String text) {
    if (!text.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("not a port: " + text);
    }
    return Integer.parseInt(text);
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof HostPort that && host.equals(that.host) && port == that.port;
  }

  @Override
  public int hashCode() {
    return 31 * host.hashCode() + port;
  }
}
