package org.moshpit.agent.portmap;

import java.net.InetAddress;
import java.util.Objects;
import org.moshpit.common.sansio.SocketId;

/**
 * A default gateway as one local address sees it.
 *
 * @param query the socket it is asked from, bound to {@code local}
 * @param local this host's address on the interface of the default route; ports are mapped to it
 * @param router the gateway, of the same family; a link-local IPv6 address with its scope, which is
 *     the only place in the agent where an address has one
 */
public record Gateway(SocketId query, InetAddress local, InetAddress router) {
  /** Nothing is null; two families are the caller's bug. */
  public Gateway {
    Objects.requireNonNull(query);
    if (local.getAddress().length != router.getAddress().length) {
      throw new IllegalArgumentException(local + " and " + router + " are of two families");
    }
  }

  /** Whether it is asked about IPv6. */
  public boolean isIpv6() {
    return local.getAddress().length == 16;
  }
}
