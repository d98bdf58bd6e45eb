package org.moshpit.rendezvous.io;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.StunServer;

/** Which STUN ports agents are told to ask. */
final class StunServers {
  private StunServers() {}

  /**
   * The address of the agent's own link first, on both ports. Behind that, only where there is more
   * than one, the addresses listened on or public by number: they tell mapping that depends on the
   * address from one that does not.
   */
  static List<StunServer> of(List<TransportAddress> listen, List<String> publicHosts) {
    int port = listen.get(0).port();
    Set<StunServer> servers = new LinkedHashSet<>();
    add(servers, Bytes.EMPTY, port);
    List<TransportAddress> concrete = new ArrayList<>();
    listen.stream().filter(address -> !address.ip().isAnyLocalAddress()).forEach(concrete::add);
    if (concrete.size() > 1) {
      concrete.forEach(a -> add(servers, Bytes.of(a.ip().getAddress()), a.port()));
    }
    List<String> numbers = publicHosts.stream().filter(TransportAddress::isIp).toList();
    if (numbers.size() > 1) {
      numbers.forEach(
          ip -> add(servers, Bytes.of(TransportAddress.parseIp(ip).getAddress()), port));
    }
    return servers.stream().limit(org.moshpit.common.wire.LinkLimits.MAX_STUN_SERVERS).toList();
  }

  private static void add(Set<StunServer> servers, Bytes ip, int port) {
    servers.add(new StunServer(ip, port));
    servers.add(new StunServer(ip, port + 1));
  }
}
