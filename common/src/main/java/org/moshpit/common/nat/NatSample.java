package org.moshpit.common.nat;

import java.util.Objects;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * One observation: a server at {@code server} saw this socket's datagram come from {@code
 * observed}.
 *
 * @param socket the local socket
 * @param base the address that socket's datagrams leave this host with; never the wildcard
 * @param server the server's address and port
 * @param observed what the server saw, of the same address family
 */
public record NatSample(
    SocketId socket, TransportAddress base, TransportAddress server, TransportAddress observed) {
  /** None of them is null. */
  public NatSample {
    Objects.requireNonNull(socket);
    Objects.requireNonNull(base);
    Objects.requireNonNull(server);
    Objects.requireNonNull(observed);
  }

  boolean untranslated() {
    return base.equals(observed);
  }
}
