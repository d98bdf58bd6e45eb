package org.moshpit.agent.portmap;

import static org.moshpit.agent.portmap.Knowledge.ANSWERS;
import static org.moshpit.agent.portmap.Knowledge.SILENT;
import static org.moshpit.agent.portmap.Knowledge.UNKNOWN;
import static org.moshpit.agent.portmap.Knowledge.USELESS;
import static org.moshpit.agent.portmap.PortMappingProtocol.NAT_PMP;
import static org.moshpit.agent.portmap.PortMappingProtocol.PCP;
import static org.moshpit.agent.portmap.PortMappingProtocol.UPNP;

import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Keeps a port open at the router for each socket that wants one.
 *
 * <p>All protocols are asked at once. PCP is asked for the port at once; NAT-PMP first for the
 * address, UPnP's router is searched for, and either is asked for a port only where no better
 * protocol has granted one by then. A grant is renewed at half its lease (then at half of what is
 * left, and so on), and only that of the best protocol: what it supersedes runs out, and is not
 * ended, because many routers keep one table for all protocols.
 *
 * <p>Of each router and protocol, {@link Knowledge} goes
 *
 * <ul>
 *   <li>UNKNOWN → ANSWERS: an answer that makes sense came;
 *   <li>UNKNOWN → SILENT: no answer to five transmissions;
 *   <li>UNKNOWN, ANSWERS → USELESS: it refuses, or names an outer address that is of no use; PCP
 *       also when NAT-PMP, asked itself, says that the router speaks no other;
 *   <li>USELESS → ANSWERS: a PCP request under way is granted all the same;
 *   <li>any → UNKNOWN: a round begins: the network changed, or a quarter of an hour passed and some
 *       socket has no mapping.
 * </ul>
 *
 * <p>Only the router's answers count: from its address, for PCP and NAT-PMP from their port, for
 * PCP with the nonce of the request. When its epoch shows that it began anew, every grant of that
 * protocol is asked for again at once.
 */
public final class PortMapMachine implements Machine<PortMapIn, PortMapOut> {
  /** Asked for, seconds: what a killed agent leaves behind is gone after that. */
  public static final int LEASE_SECONDS = 600;

  /** A lease shorter than that keeps a router busier than it is worth. */
  private static final int SHORTEST_LEASE_SECONDS = 10;

  private static final long ROUND = TimeUnit.MINUTES.toNanos(15);
  private static final long UPNP_HEAD_START = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SHORTEST_RENEWAL = TimeUnit.SECONDS.toNanos(5);
  private static final int OUTER_PORT_TRIES = 4;
  private static final int FIRST_OUTER_PORT = 1024;

  private final RandomGenerator random;
  private final Requests requests = new Requests();
  private final Told told = new Told();
  private final Map<SocketId, Watched> sockets = new LinkedHashMap<>();
  private final UpnpDesk upnp = new UpnpDesk();
  private List<Router> routers = List.of();
  private boolean closing;

  /**
   * At rest until it is told gateways and a socket.
   *
   * @param random draws nonces: must be cryptographically strong
   */
  public PortMapMachine(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public void handle(long now, PortMapIn event) {
    if (event instanceof PortMapIn.Gateways told) {
      gateways(now, told.gateways());
    } else if (event instanceof PortMapIn.Wanted wanted) {
      wanted(now, wanted);
    } else if (event instanceof PortMapIn.Released released) {
      released(released.socket());
    } else if (event instanceof PortMapIn.Received received) {
      received(now, received);
    } else if (event instanceof PortMapIn.UpnpAnswered answered) {
      upnpAnswered(now, answered.call(), answered.result());
    } else if (event instanceof PortMapIn.Close) {
      List.copyOf(sockets.keySet()).forEach(this::released);
      routers = List.of();
      closing = true;
    }
    callUpnp(now);
  }

  // what is wanted, and of whom

  private void gateways(long now, List<Gateway> gateways) {
    List<Router> before = routers;
    routers =
        gateways.stream()
            .map(
                gateway ->
                    before.stream()
                        .filter(router -> router.gateway.equals(gateway))
                        .findFirst()
                        .orElseGet(() -> new Router(gateway)))
            .toList();
    for (Watched watched : sockets.values()) {
      if (!routers.contains(watched.router)) {
        watched.forgetRouter();
        told.review(watched, "another router");
        watched.router = routerOf(watched.base.ip());
      }
    }
    routers.forEach(router -> beginRound(now, router, "the network changed"));
  }

  private Router routerOf(InetAddress local) {
    return routers.stream()
        .filter(router -> router.gateway.local().equals(local))
        .findFirst()
        .orElse(null);
  }

  private void wanted(long now, PortMapIn.Wanted wanted) {
    byte[] nonce = new byte[PcpCodec.NONCE_LENGTH];
    random.nextBytes(nonce);
    Watched watched = new Watched(wanted.socket(), wanted.base(), nonce);
    sockets.put(watched.socket, watched);
    watched.router = routerOf(watched.base.ip());
    if (watched.router == null) {
      return;
    }
    if (watched.router.nextRound == NO_DEADLINE) {
      beginRound(now, watched.router, "asked for the first time");
    } else {
      ask(now, watched);
    }
  }

  private void beginRound(long now, Router router, String reason) {
    List<Watched> ofRouter = of(router);
    if (ofRouter.isEmpty()) {
      router.nextRound = NO_DEADLINE;
      return;
    }
    router.nextRound = now + ROUND - random.nextLong(ROUND / 4);
    for (PortMappingProtocol protocol : PortMappingProtocol.values()) {
      told.know(router, protocol, UNKNOWN, reason);
    }
    router.forget();
    ofRouter.forEach(watched -> ask(now, watched));
    if (!router.gateway.isIpv6()) {
      if (router.address == null) {
        requests.askAddress(now, router);
      }
      if (!isNotNeeded(router, UPNP)) {
        router.search = new Asking(Ssdp.search(), now);
        requests.search(now, router);
      }
    }
  }

  private List<Watched> of(Router router) {
    return sockets.values().stream().filter(watched -> watched.router == router).toList();
  }

  private void released(SocketId socket) {
    Watched watched = sockets.remove(socket);
    if (watched == null || watched.router == null) {
      return;
    }
    requests.release(watched);
    if (watched.grants.containsKey(UPNP)) {
      upnp.release(watched.upnpGranted.released());
    }
  }

  // asking

  /** Asks for a grant, or its renewal, wherever that may be of use now. */
  private void ask(long now, Watched watched) {
    Router router = watched.router;
    if (router.isUseful(PCP)) {
      requests.askPcp(now, watched);
    }
    if (router.outer != null && !watched.isServedBetterThan(NAT_PMP)) {
      requests.askNatPmp(now, watched);
    }
    if (router.location != null && !watched.isServedBetterThan(UPNP)) {
      watched.upnpDue = now + UPNP_HEAD_START;
    }
  }

  // hearing

  private void received(long now, PortMapIn.Received received) {
    for (Router router : routers) {
      if (!router.gateway.query().equals(received.query())
          || !router.gateway.router().equals(received.from().ip())) {
        continue;
      }
      byte[] datagram = received.datagram();
      if (received.from().port() != NatPmpCodec.PORT) {
        found(now, router, datagram);
      } else {
        PcpCodec.parseMap(datagram).ifPresent(answer -> pcpAnswered(now, router, answer));
        NatPmpCodec.parse(datagram).ifPresent(answer -> natPmpAnswered(now, router, answer));
      }
      return;
    }
  }

  private void pcpAnswered(long now, Router router, PcpCodec.MapAnswer answer) {
    Watched watched = null;
    for (Watched each : of(router)) {
      if (each.asking.containsKey(PCP)
          && each.base.port() == answer.innerPort()
          && Arrays.equals(each.nonce, answer.nonce())) {
        watched = each;
      }
    }
    if (watched == null) {
      return;
    }
    watched.asking.remove(PCP);
    boolean lost = router.pcpEpoch.lost(now, answer.epochSeconds());
    if (answer.result() != PcpCodec.SUCCESS || answer.lifetimeSeconds() == 0) {
      told.know(router, PCP, USELESS, "refused, result " + answer.result());
    } else {
      boolean passedOver = router.knows(PCP) == USELESS;
      told.know(router, PCP, ANSWERS, "answered");
      granted(now, watched, PCP, answer.outer(), answer.outerPort(), answer.lifetimeSeconds());
      if (passedOver && router.isUseful(PCP)) {
        of(router).stream()
            .filter(other -> !other.asking.containsKey(PCP) && !other.grants.containsKey(PCP))
            .forEach(other -> requests.askPcp(now, other));
      }
    }
    if (lost) {
      askAgain(now, router, PCP, watched);
    }
  }

  private void natPmpAnswered(long now, Router router, NatPmpCodec.Answer answer) {
    if (answer instanceof NatPmpCodec.Answer.Address address && router.address != null) {
      router.address = null;
      boolean lost = router.natPmpEpoch.lost(now, address.epochSeconds());
      outerAddress(now, router, address.outer());
      if (lost) {
        askAgain(now, router, NAT_PMP, null);
      }
    } else if (answer instanceof NatPmpCodec.Answer.Port port) {
      for (Watched watched : of(router)) {
        if (watched.asking.containsKey(NAT_PMP) && watched.base.port() == port.innerPort()) {
          watched.asking.remove(NAT_PMP);
          boolean lost = router.natPmpEpoch.lost(now, port.epochSeconds());
          if (port.lifetimeSeconds() > 0 && router.outer != null) {
            granted(now, watched, NAT_PMP, router.outer, port.outerPort(), port.lifetimeSeconds());
          }
          if (lost) {
            askAgain(now, router, NAT_PMP, watched);
          }
          return;
        }
      }
    } else if (answer instanceof NatPmpCodec.Answer.Refused refused) {
      natPmpRefused(router, refused);
    }
  }

  private void outerAddress(long now, Router router, InetAddress outer) {
    String problem = OuterAddress.problem(outer, NatPmpCodec.PORT, false);
    if (problem != null) {
      router.outer = null;
      told.know(router, NAT_PMP, USELESS, problem);
      return;
    }
    told.know(router, NAT_PMP, ANSWERS, "answered");
    boolean first = router.outer == null;
    router.outer = outer;
    for (Watched watched : of(router)) {
      Watched.Grant grant = watched.grants.get(NAT_PMP);
      if (grant != null && !grant.outer.ip().equals(outer)) {
        grant.outer = new TransportAddress(outer, grant.outer.port());
        told.review(watched, "the outer address changed");
      }
      if (first && !watched.isServedBetterThan(NAT_PMP)) {
        requests.askNatPmp(now, watched);
      }
    }
  }

  /**
   * Which request it answers cannot be told (RFC 6886 §3.5), only which protocol it is not; and as
   * nothing proves whose word it is, PCP's requests that are under way go on: an answer with their
   * nonce counts for more.
   */
  private void natPmpRefused(Router router, NatPmpCodec.Answer.Refused refused) {
    if (!isNatPmpAsked(router)) {
      return;
    }
    if (refused.result() != NatPmpCodec.UNSUPPORTED_VERSION) {
      router.address = null;
      of(router).forEach(watched -> watched.asking.remove(NAT_PMP));
      told.know(router, NAT_PMP, USELESS, "refused, result " + refused.result());
    } else if (router.knows(PCP) == UNKNOWN) {
      told.know(router, PCP, USELESS, "this router speaks NAT-PMP only");
    }
  }

  private boolean isNatPmpAsked(Router router) {
    return router.address != null
        || of(router).stream().anyMatch(watched -> watched.asking.containsKey(NAT_PMP));
  }

  private void found(long now, Router router, byte[] datagram) {
    URI location = router.search == null ? null : Ssdp.location(datagram, router.gateway.router());
    if (location == null) {
      return;
    }
    router.search = null;
    router.location = location;
    told.know(router, UPNP, ANSWERS, "answered");
    for (Watched watched : of(router)) {
      if (!watched.isServedBetterThan(UPNP)) {
        watched.upnpDue = now + UPNP_HEAD_START;
      }
    }
  }

  private void granted(
      long now,
      Watched watched,
      PortMappingProtocol protocol,
      InetAddress outer,
      int outerPort,
      long leaseSeconds) {
    String problem = OuterAddress.problem(outer, outerPort, watched.router.gateway.isIpv6());
    if (problem == null && leaseSeconds < SHORTEST_LEASE_SECONDS) {
      problem = "a lease that is over at once";
    }
    if (problem != null) {
      distrust(watched, protocol, problem);
      return;
    }
    Watched.Grant grant = watched.grants.computeIfAbsent(protocol, p -> new Watched.Grant());
    long lease = TimeUnit.SECONDS.toNanos(Math.min(leaseSeconds, LEASE_SECONDS));
    grant.outer = new TransportAddress(outer, outerPort);
    grant.endsAt = now + lease;
    grant.renewAt = now + Math.max(lease / 2, SHORTEST_RENEWAL);
    watched.asking.keySet().removeIf(other -> other.compareTo(protocol) > 0);
    told.review(watched, "granted");
  }

  /**
   * What leads nowhere is given back; what the router says of its address holds for all sockets.
   */
  private void distrust(Watched watched, PortMappingProtocol protocol, String problem) {
    Router router = watched.router;
    watched.grants.remove(protocol);
    told.review(watched, problem);
    switch (protocol) {
      case PCP -> requests.releasePcp(watched);
      case NAT_PMP -> requests.releaseNatPmp(watched);
      case UPNP -> upnp.release(watched.upnpGranted.released());
    }
    told.know(router, protocol, USELESS, problem);
  }

  /** The router began anew: it has forgotten what it granted. */
  private void askAgain(long now, Router router, PortMappingProtocol protocol, Watched except) {
    // a router that begins anew with every answer must not keep us asking
    long at = router.askedAgain ? Deadlines.later(now, router.askAgainAfter) : now;
    router.askedAgain = true;
    router.askAgainAfter = at + SHORTEST_RENEWAL;
    for (Watched watched : of(router)) {
      Watched.Grant grant = watched.grants.get(protocol);
      if (grant != null && watched != except) {
        grant.renewAt = Deadlines.earlier(grant.renewAt, at);
      }
    }
  }

  // UPnP

  private void callUpnp(long now) {
    if (upnp.isBusy()) {
      return;
    }
    UpnpRequest release = upnp.nextRelease();
    if (release != null) {
      call(now, null, release);
      return;
    }
    if (closing) {
      closing = false;
      told.say(new PortMapOut.Closed());
    }
    for (Watched watched : sockets.values()) {
      if (Deadlines.isDue(watched.upnpDue, now)) {
        watched.upnpDue = NO_DEADLINE;
        if (watched.router.location != null && !watched.isServedBetterThan(UPNP)) {
          call(now, watched, Requests.upnp(watched));
          return;
        }
      }
    }
  }

  private void call(long now, Watched watched, UpnpRequest request) {
    told.say(new PortMapOut.AskUpnp(upnp.begin(now, watched, request).id(), request));
  }

  private void upnpAnswered(long now, long id, UpnpResult result) {
    UpnpDesk.Call call = upnp.end(id);
    if (call == null || call.watched() == null) {
      return;
    }
    Watched watched = call.watched();
    UpnpRequest request = call.request();
    boolean gone = sockets.get(watched.socket) != watched || watched.router == null;
    if (result instanceof UpnpResult.Mapped mapped) {
      if (gone) {
        upnp.release(request.released());
      } else {
        watched.upnpGranted = request;
        granted(now, watched, UPNP, mapped.outer(), request.outerPort(), LEASE_SECONDS);
      }
    } else if (result instanceof UpnpResult.Taken && !gone) {
      watched.upnpTaken++;
      if (watched.upnpTaken < OUTER_PORT_TRIES) {
        watched.upnpPort = random.nextInt(FIRST_OUTER_PORT, 65536);
        watched.upnpDue = now;
      }
    } else if (result instanceof UpnpResult.Failed failed && !gone) {
      if (!watched.grants.containsKey(UPNP)) {
        told.know(watched.router, UPNP, USELESS, failed.reason());
        watched.router.location = null;
      }
    }
  }

  // time

  @Override
  public void handleTimeout(long now) {
    for (Router router : routers) {
      tick(now, router);
    }
    for (Watched watched : List.copyOf(sockets.values())) {
      if (watched.router != null) {
        tick(now, watched);
      }
    }
    long overdue = upnp.overdue(now);
    if (overdue != 0) {
      upnpAnswered(now, overdue, new UpnpResult.Failed("the router took too long"));
    }
    callUpnp(now);
  }

  private void tick(long now, Router router) {
    if (Deadlines.isDue(router.nextRound, now)) {
      if (of(router).stream().allMatch(watched -> watched.best() != null)) {
        // also if nobody is there: the next who comes is asked for at once then
        router.nextRound = of(router).isEmpty() ? NO_DEADLINE : now + ROUND;
      } else {
        beginRound(now, router, "time for another try");
      }
    }
    if (router.address != null && router.address.next - now <= 0) {
      if (isNotNeeded(router, NAT_PMP)) {
        router.address = null;
      } else if (router.address.isExhausted()) {
        router.address = null;
        silent(router, NAT_PMP);
      } else {
        requests.transmit(now, router, router.address);
      }
    }
    if (router.search != null && router.search.next - now <= 0) {
      if (isNotNeeded(router, UPNP)) {
        router.search = null;
      } else if (router.search.isExhausted()) {
        router.search = null;
        silent(router, UPNP);
      } else {
        requests.search(now, router);
      }
    }
  }

  private boolean isNotNeeded(Router router, PortMappingProtocol protocol) {
    return of(router).stream().allMatch(watched -> watched.isServedBetterThan(protocol));
  }

  private void silent(Router router, PortMappingProtocol protocol) {
    if (router.knows(protocol) == UNKNOWN) {
      told.know(router, protocol, SILENT, "no answer");
    }
  }

  private void tick(long now, Watched watched) {
    for (Map.Entry<PortMappingProtocol, Asking> entry : List.copyOf(watched.asking.entrySet())) {
      Asking asking = entry.getValue();
      if (asking.next - now > 0) {
        continue;
      }
      if (asking.isExhausted()) {
        watched.asking.remove(entry.getKey());
        silent(watched.router, entry.getKey());
      } else {
        requests.transmit(now, watched.router, asking);
      }
    }
    for (PortMappingProtocol protocol : List.copyOf(watched.grants.keySet())) {
      Watched.Grant grant = watched.grants.get(protocol);
      if (grant.endsAt - now <= 0) {
        watched.grants.remove(protocol);
        told.review(watched, "the router did not renew it");
        ask(now, watched);
      } else if (grant.renewAt - now <= 0) {
        grant.renewAt = now + Math.max((grant.endsAt - now) / 2, SHORTEST_RENEWAL);
        renew(now, watched, protocol);
      }
    }
  }

  private void renew(long now, Watched watched, PortMappingProtocol protocol) {
    if (watched.isServedBetterThan(protocol)) {
      return;
    }
    switch (protocol) {
      case PCP -> requests.askPcp(now, watched);
      case NAT_PMP -> {
        requests.askNatPmp(now, watched);
        if (watched.router.address == null) {
          requests.askAddress(now, watched.router);
        }
      }
      case UPNP -> watched.upnpDue = now;
    }
  }

  @Override
  public Transmit pollTransmit() {
    return requests.poll();
  }

  @Override
  public PortMapOut pollEvent() {
    return told.poll();
  }

  @Override
  public long nextDeadline() {
    long earliest = upnp.deadline();
    for (Router router : routers) {
      earliest = Deadlines.earlier(earliest, router.deadline());
    }
    for (Watched watched : sockets.values()) {
      earliest = Deadlines.earlier(earliest, watched.deadline(!upnp.isBusy()));
    }
    return earliest;
  }
}
