package org.moshpit.rendezvous.responder;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The sockets of a responder and how they belong together (RFC 5780 §6): each listening address has
 * two, on its port and the next. Socket numbers are indexes of {@link #addresses}.
 */
public final class StunSockets {
  /** No such socket. */
  public static final int NONE = -1;

  private final List<TransportAddress> addresses;

  private StunSockets(List<TransportAddress> addresses) {
    this.addresses = List.copyOf(addresses);
  }

  /**
   * For each address its two sockets.
   *
   * @param listen at least one; ports 1–65534, or 0 for free ports chosen at binding
   */
  public static StunSockets of(List<TransportAddress> listen) {
    if (listen.isEmpty()) {
      throw new IllegalArgumentException("nothing to listen on");
    }
    List<TransportAddress> sockets = new ArrayList<>();
    for (TransportAddress address : listen) {
      if (address.port() == 65535) {
        throw new IllegalArgumentException("no port after 65535 in " + address);
      }
      sockets.add(address);
      int next = address.port() == 0 ? 0 : address.port() + 1;
      sockets.add(new TransportAddress(address.ip(), next));
    }
    return new StunSockets(sockets);
  }

  /** The same sockets as they were bound: no port 0 is left. */
  StunSockets bound(List<TransportAddress> actual) {
    if (actual.size() != addresses.size()) {
      throw new IllegalArgumentException(actual.size() + " sockets of " + addresses.size());
    }
    return new StunSockets(actual);
  }

  /** Their addresses, pairs of two ports of one address each. */
  public List<TransportAddress> addresses() {
    return addresses;
  }

  /** The same address, the other port. */
  public int otherPort(int socket) {
    return socket ^ 1;
  }

  /**
   * Another address of the same family, the same of the two ports; {@link #NONE} if there is none.
   * A wildcard is no address.
   */
  public int otherAddress(int socket) {
    InetAddress own = addresses.get(socket).ip();
    if (own.isAnyLocalAddress()) {
      return NONE;
    }
    for (int step = 2; step < addresses.size(); step += 2) {
      int candidate = (socket + step) % addresses.size();
      InetAddress ip = addresses.get(candidate).ip();
      if (ip.getClass() == own.getClass() && !ip.isAnyLocalAddress() && !ip.equals(own)) {
        return candidate;
      }
    }
    return NONE;
  }

  /** The address that OTHER-ADDRESS names for a request to this socket, or null. */
  TransportAddress otherAddressAndPort(int socket) {
    int other = otherAddress(socket);
    return other == NONE ? null : addresses.get(otherPort(other));
  }
}
