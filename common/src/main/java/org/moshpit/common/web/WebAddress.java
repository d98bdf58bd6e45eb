package org.moshpit.common.web;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Where metrics are to be had: {@code HOST:PORT}. */
public final class WebAddress {
  private static final String EXPECTED = "must be HOST:PORT of this machine, like 127.0.0.1:9480";

  private WebAddress() {}

  /**
   * The addresses of that host; blocks if it is a name.
   *
   * @return one or more
   * @throws IllegalArgumentException saying what is expected
   */
  public static List<InetSocketAddress> parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 1 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String port = text.substring(colon + 1);
    if (host.isEmpty() || (host.indexOf(':') >= 0 && !bracketed) || !port.matches("\\d{1,5}")) {
      throw new IllegalArgumentException(EXPECTED);
    }
    int number = Integer.parseInt(port);
    if (number < 1 || number > 65535) {
      throw new IllegalArgumentException("must have a port from 1 to 65535");
    }
    try {
      List<InetSocketAddress> addresses = new ArrayList<>();
      for (InetAddress ip : InetAddress.getAllByName(host)) {
        addresses.add(new InetSocketAddress(ip, number));
      }
      return addresses;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(EXPECTED, e);
    }
  }

  /** Whether only this machine reaches them all. */
  public static boolean isLoopback(List<InetSocketAddress> addresses) {
    return addresses.stream().allMatch(address -> address.getAddress().isLoopbackAddress());
  }
}
