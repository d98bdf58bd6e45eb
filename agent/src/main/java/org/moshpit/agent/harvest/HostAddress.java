package org.moshpit.agent.harvest;

import java.net.InetAddress;
import java.util.Objects;

/**
 * An address of this host that can be the base of a host candidate.
 *
 * @param ip the address, without a scope
 * @param prefixLength of the network it stands in, bits
 * @param interfaceName the interface, as the system names it
 */
public record HostAddress(InetAddress ip, int prefixLength, String interfaceName) {
  /** Nothing is null; the prefix fits the address. */
  public HostAddress {
    Objects.requireNonNull(ip);
    Objects.requireNonNull(interfaceName);
    if (prefixLength < 0 || prefixLength > ip.getAddress().length * 8) {
      throw new IllegalArgumentException(ip.getHostAddress() + "/" + prefixLength);
    }
  }

  /** Whether that address is in the same network, reached without a router. */
  public boolean onLink(InetAddress other) {
    byte[] own = ip.getAddress();
    byte[] that = other.getAddress();
    if (own.length != that.length) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit++) {
      int mask = 0x80 >>> (bit % 8);
      if (((own[bit / 8] ^ that[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
