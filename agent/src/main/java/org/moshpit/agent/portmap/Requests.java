package org.moshpit.agent.portmap;

import static org.moshpit.agent.portmap.PortMapMachine.LEASE_SECONDS;
import static org.moshpit.agent.portmap.PortMappingProtocol.NAT_PMP;
import static org.moshpit.agent.portmap.PortMappingProtocol.PCP;

import java.util.ArrayDeque;
import java.util.Queue;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

/** What routers are asked, and told, in datagrams. */
final class Requests {
  private final Queue<Transmit> transmits = new ArrayDeque<>();

  Transmit poll() {
    return transmits.poll();
  }

  /** PCP: for a grant, or its renewal. */
  void askPcp(long now, Watched watched) {
    ask(now, watched, PCP, pcp(watched, LEASE_SECONDS));
  }

  /** NAT-PMP: for a grant, or its renewal. */
  void askNatPmp(long now, Watched watched) {
    Watched.Grant grant = watched.grants.get(NAT_PMP);
    int suggested = grant == null ? watched.base.port() : grant.outer.port();
    ask(now, watched, NAT_PMP, NatPmpCodec.port(watched.base.port(), suggested, LEASE_SECONDS));
  }

  private void ask(long now, Watched watched, PortMappingProtocol protocol, byte[] request) {
    Asking asking = new Asking(request, now);
    watched.asking.put(protocol, asking);
    transmit(now, watched.router, asking);
  }

  /** NAT-PMP: for the outer address. */
  void askAddress(long now, Router router) {
    router.address = new Asking(NatPmpCodec.address(), now);
    transmit(now, router, router.address);
  }

  /** Sends it once more. */
  void transmit(long now, Router router, Asking asking) {
    asking.transmitted(now);
    send(router, asking.request);
  }

  private void send(Router router, byte[] datagram) {
    transmits.add(new Transmit(router.gateway.query(), router.server, datagram));
  }

  /** To the group, and to the router itself, which some switches need. */
  void search(long now, Router router) {
    router.search.transmitted(now);
    byte[] request = router.search.request;
    TransportAddress unicast = new TransportAddress(router.gateway.router(), Ssdp.PORT);
    transmits.add(new Transmit(router.gateway.query(), Ssdp.GROUP, request));
    transmits.add(new Transmit(router.gateway.query(), unicast, request));
  }

  private static byte[] pcp(Watched watched, int lifetime) {
    Watched.Grant grant = watched.grants.get(PCP);
    boolean keep = grant != null && lifetime > 0;
    return PcpCodec.map(
        watched.base.ip(),
        watched.nonce,
        watched.base.port(),
        keep ? grant.outer.port() : lifetime == 0 ? 0 : watched.base.port(),
        keep ? grant.outer.ip() : null,
        lifetime);
  }

  /** What UPnP is to be asked for. */
  static UpnpRequest upnp(Watched watched) {
    return new UpnpRequest(
        watched.router.location,
        watched.router.gateway.router(),
        watched.base.ip(),
        watched.base.port(),
        watched.upnpPort,
        LEASE_SECONDS);
  }

  /** Gives back whatever was granted, or may yet be, by PCP and NAT-PMP. */
  void release(Watched watched) {
    if (watched.grants.containsKey(PCP) || watched.asking.containsKey(PCP)) {
      releasePcp(watched);
    }
    if (watched.grants.containsKey(NAT_PMP) || watched.asking.containsKey(NAT_PMP)) {
      releaseNatPmp(watched);
    }
  }

  void releasePcp(Watched watched) {
    send(watched.router, pcp(watched, 0));
  }

  void releaseNatPmp(Watched watched) {
    send(watched.router, NatPmpCodec.port(watched.base.port(), 0, 0));
  }
}
