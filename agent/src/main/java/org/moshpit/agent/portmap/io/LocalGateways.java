package org.moshpit.agent.portmap.io;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.moshpit.agent.netwatch.DefaultRoutes;

/** Which of this host's addresses lead to which default gateway. */
public final class LocalGateways {
  /** More addresses on one interface are not asked for. */
  private static final int MAX_ADDRESSES = 8;

  /**
   * An address on the interface of a default route.
   *
   * @param local without a scope
   * @param router the next hop, of the same family; link-local with a scope
   */
  public record Pair(InetAddress local, InetAddress router) {}

  private LocalGateways() {}

  /** Reads routes and interfaces. Some milliseconds: not for the event loop. */
  public static List<Pair> read() {
    List<Pair> pairs = new ArrayList<>();
    for (DefaultRoutes.Route route : DefaultRoutes.read()) {
      try {
        NetworkInterface by = NetworkInterface.getByName(route.interfaceName());
        if (by != null) {
          add(route, by, pairs);
        }
      } catch (SocketException | UnknownHostException e) {
        // it went away meanwhile; a change of the network will be told
      }
    }
    return pairs;
  }

  private static void add(DefaultRoutes.Route route, NetworkInterface by, List<Pair> into)
      throws UnknownHostException {
    InetAddress router = route.router();
    if (router instanceof Inet6Address && router.isLinkLocalAddress()) {
      router = Inet6Address.getByAddress(null, router.getAddress(), by);
    }
    int count = 0;
    for (InetAddress each : Collections.list(by.getInetAddresses())) {
      if (each.getAddress().length == router.getAddress().length
          && !each.isLinkLocalAddress()
          && ++count <= MAX_ADDRESSES) {
        into.add(new Pair(InetAddress.getByAddress(each.getAddress()), router));
      }
    }
  }
}
