package org.moshpit.agent.harvest;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * This host's addresses that can be bases (RFC 8445 §5.1.1.1): of interfaces that are up, no
 * loopback, no link-local or site-local IPv6. The order is the same whenever the addresses are: the
 * sources the system would use towards the rendezvous first, then IPv4 before IPv6, by number.
 */
public final class HostAddresses {
  private static final int ANY_PORT = 9; // connect() of a UDP socket sends nothing

  private final List<HostAddress> all;

  /** Orders them; {@code preferred} are the sources towards the rendezvous. */
  HostAddresses(Collection<HostAddress> addresses, List<InetAddress> preferred) {
    Comparator<HostAddress> order =
        Comparator.comparingInt((HostAddress a) -> rank(preferred, a.ip()))
            .thenComparingInt(a -> a.ip().getAddress().length)
            .thenComparing(HostAddress::ip, HostAddresses::compareUnsigned)
            .thenComparing(HostAddress::interfaceName);
    all = addresses.stream().filter(a -> canBeBase(a.ip())).sorted(order).toList();
  }

  /**
   * Reads the interfaces; a few milliseconds.
   *
   * @param towards where datagrams will go, normally the rendezvous' addresses; nothing is sent
   */
  public static HostAddresses read(Collection<InetAddress> towards) {
    List<HostAddress> found = new ArrayList<>();
    try {
      NetworkInterface.networkInterfaces().forEach(i -> addresses(i, found));
    } catch (SocketException e) {
      // a host without any interface: there is nothing to list
      return new HostAddresses(List.of(), List.of());
    }
    List<InetAddress> preferred =
        towards.stream().map(HostAddresses::source).flatMap(Optional::stream).toList();
    return new HostAddresses(found, preferred);
  }

  private static void addresses(NetworkInterface from, List<HostAddress> into) {
    try {
      if (!from.isUp() || from.isLoopback()) {
        return;
      }
    } catch (SocketException e) {
      return; // it went away meanwhile
    }
    for (InterfaceAddress address : from.getInterfaceAddresses()) {
      InetAddress ip = withoutScope(address.getAddress());
      int bits = ip.getAddress().length * 8;
      int prefix = Math.min(Math.max(address.getNetworkPrefixLength(), 0), bits);
      into.add(new HostAddress(ip, prefix, from.getName()));
    }
  }

  /** The address the system would send from, if it knows a way. */
  public static Optional<InetAddress> source(InetAddress towards) {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.connect(new InetSocketAddress(towards, ANY_PORT));
      InetAddress local = ((InetSocketAddress) channel.getLocalAddress()).getAddress();
      return local.isAnyLocalAddress() ? Optional.empty() : Optional.of(withoutScope(local));
    } catch (IOException | UnresolvedAddressException e) {
      return Optional.empty(); // no route
    }
  }

  private static InetAddress withoutScope(InetAddress ip) {
    try {
      return InetAddress.getByAddress(ip.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // its bytes are of a right length
    }
  }

  private static boolean canBeBase(InetAddress ip) {
    boolean local6 =
        ip instanceof Inet6Address && (ip.isLinkLocalAddress() || ip.isSiteLocalAddress());
    return !local6
        && !ip.isLoopbackAddress()
        && !ip.isAnyLocalAddress()
        && !ip.isMulticastAddress();
  }

  private static int rank(List<InetAddress> preferred, InetAddress ip) {
    int index = preferred.indexOf(ip);
    return index < 0 ? preferred.size() : index;
  }

  private static int compareUnsigned(InetAddress a, InetAddress b) {
    return Arrays.compareUnsigned(a.getAddress(), b.getAddress());
  }

  /** All of them, the preferred first. */
  public List<HostAddress> all() {
    return all;
  }

  /** Whether that address is in a network this host stands in. */
  public boolean onLink(InetAddress ip) {
    return all.stream().anyMatch(address -> address.onLink(ip));
  }

  /** Equal when the host's addresses and their order are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof HostAddresses that && all.equals(that.all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
