package org.moshpit.agent.cli.wiring;

import com.google.protobuf.ByteString;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.moshpit.agent.harvest.DiscoveryMachine;
import org.moshpit.agent.harvest.DiscoveryOut;
import org.moshpit.agent.harvest.DiscoveryPlan;
import org.moshpit.agent.harvest.ObserverIn;
import org.moshpit.agent.harvest.ObserverMachine;
import org.moshpit.agent.harvest.ObserverOut;
import org.moshpit.agent.harvest.StunBudget;
import org.moshpit.agent.harvest.StunCredentials;
import org.moshpit.agent.link.RendezvousClock;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.nat.NatFindings;
import org.moshpit.common.nat.PortPattern;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Claim;
import org.moshpit.common.wire.proto.Claimed;

/**
 * Asks the rendezvous' STUN servers where the process' sockets are seen, and makes the claims that
 * let the rendezvous adopt it. For the event loop's thread.
 */
public final class Observation {
  /** Hears what was found; on the event loop. */
  public interface Listener {
    /** A socket is seen at that address. */
    void observed(UdpSocket socket, TransportAddress address, long rttNanos);

    /** To be returned on the link, within ten seconds. */
    void claim(Claim claim);

    /** What is known of the NATs changed. */
    void natFound(NatBehaviour behaviour);

    /** No server answers that socket. */
    void unanswered(UdpSocket socket);

    /** The router in front has another address than a moment ago, once a minute at most. */
    void addressChanged();
  }

  private record Watched(UdpSocket socket, long wireId, boolean registered) {}

  private final AgentLoop loop;
  private final SocketBook sockets;
  private final StunCredentials credentials;
  private final StunBudget budget = new StunBudget();
  private final ObserverMachine machine;
  private final MachineDriver<ObserverIn, ObserverOut> driver;
  private final RandomGenerator random;
  private final Listener listener;
  private final Map<SocketId, Watched> watched = new HashMap<>();
  private final Map<SocketId, BiConsumer<ServerChoice, TransportAddress>> asked = new HashMap<>();
  private List<TransportAddress> servers = List.of();
  private RendezvousClock clock;
  private Discovery<NatFindings> discovery;

  /**
   * At rest until it is told the clock, the servers and a socket.
   *
   * @param random draws transaction ids: must be cryptographically strong
   */
  public Observation(
      AgentLoop loop,
      SocketBook sockets,
      StunCredentials credentials,
      RandomGenerator random,
      Listener listener) {
    this.loop = loop;
    this.sockets = sockets;
    this.credentials = credentials;
    this.machine = new ObserverMachine(credentials, random, budget);
    this.driver = new MachineDriver<>(loop.loop(), machine, sockets::get, this::handle);
    this.random = random;
    this.listener = listener;
  }

  /** The rendezvous' clock; wanted before anything is asked, and when it was told anew. */
  public void clock(RendezvousClock clock) {
    this.clock = clock;
    driver.handle(new ObserverIn.Clock(clock.unixMillis()));
  }

  /** Whom to ask, the preferred first. */
  public void servers(List<TransportAddress> servers) {
    this.servers = List.copyOf(servers);
    driver.handle(new ObserverIn.Servers(servers));
  }

  /**
   * Begins to watch a socket and keeps its mapping alive.
   *
   * @param registered whether it is the agent's warm socket
   * @return its name towards the rendezvous
   */
  public long watch(UdpSocket socket, boolean registered) {
    long wireId = random.nextLong();
    watched.put(socket.id(), new Watched(socket, wireId, registered));
    driver.handle(new ObserverIn.Watch(socket.id(), wireId, socket.local(), true));
    return wireId;
  }

  /**
   * Asks one server where a socket is seen that is not watched.
   *
   * @param answer gets the address, on the event loop, if there is such a server and it answers;
   *     forgotten by {@link #unwatch}
   */
  public void ask(
      UdpSocket socket, ServerChoice server, BiConsumer<ServerChoice, TransportAddress> answer) {
    asked.put(socket.id(), answer);
    driver.handle(new ObserverIn.Ask(socket.id(), random.nextLong(), socket.local(), server));
  }

  /** A warm socket became a session's: it is watched on, but is not the registered one. */
  public void demote(SocketId socket) {
    watched.computeIfPresent(
        socket, (id, entry) -> new Watched(entry.socket(), entry.wireId(), false));
  }

  /** The socket is closed, or its mapping is kept alive by what it carries from now on. */
  public void unwatch(SocketId socket) {
    boolean known = watched.remove(socket) != null;
    if (asked.remove(socket) != null || known) {
      driver.handle(new ObserverIn.Unwatch(socket));
    }
  }

  /** Wants a fresh claim of every watched socket: the link is a new one. */
  public void refreshAll() {
    List.copyOf(watched.keySet()).forEach(id -> driver.handle(new ObserverIn.Refresh(id)));
  }

  /**
   * Looks once, closely, with sockets of its own, for what the watched ones do not show: filtering,
   * and how a NAT that rewrites ports numbers them. Some twenty requests, no more than that.
   *
   * @param local the address to look from
   */
  public void discover(InetAddress local) {
    stopDiscovery();
    boolean ipv6 = local instanceof Inet6Address;
    discovery =
        Discovery.begin(
            loop,
            sockets,
            local,
            new DiscoveryMachine(credentials, random, budget, DiscoveryPlan.BRIEF),
            clock.unixMillis(),
            servers.stream().filter(server -> server.isIpv6() == ipv6).toList(),
            end -> ((DiscoveryOut.Found) end).findings());
    discovery
        .found()
        .thenAccept(
            found -> driver.handle(new ObserverIn.Discovered(found.behaviour(), found.ports())));
  }

  private void stopDiscovery() {
    if (discovery != null) {
      discovery.stop();
      discovery = null;
    }
  }

  /** Interfaces or routes changed, or this computer slept or its clock was set. */
  public void networkChanged() {
    stopDiscovery();
    if (clock != null) {
      clock(clock);
    }
    driver.handle(new ObserverIn.NetworkChanged());
  }

  /** What the rendezvous says of a claim; one that it did not take is made anew. */
  public void claimed(Claimed claimed) {
    if (!claimed.getAdopted()) {
      Frames.socket(claimed.getSocket())
          .ifPresent(wireId -> driver.handle(new ObserverIn.ClaimRefused(wireId)));
    }
  }

  /** Takes the datagram if it is an answer that is waited for. */
  public boolean take(UdpSocket socket, TransportAddress from, byte[] datagram) {
    if (!machine.expects(socket.id(), datagram)) {
      return false;
    }
    driver.handle(new ObserverIn.Received(socket.id(), from, datagram));
    return true;
  }

  /** Where that socket was seen last. */
  public Optional<TransportAddress> observed(SocketId socket) {
    return machine.observed(socket);
  }

  /** What is known of the NATs. */
  public NatBehaviour behaviour() {
    return machine.behaviour();
  }

  /** How public ports are numbered, as far as that is known. */
  public PortPattern ports() {
    return machine.ports();
  }

  /** Asks nothing more. */
  public void stop() {
    stopDiscovery();
    driver.stop();
  }

  private void handle(ObserverOut event) {
    if (event instanceof ObserverOut.Observed seen) {
      Watched entry = watched.get(seen.socket());
      if (entry != null) {
        listener.observed(entry.socket(), seen.address(), seen.rttNanos());
        if (seen.claim()) {
          listener.claim(claim(entry, seen));
        }
      }
    } else if (event instanceof ObserverOut.Spotted spotted) {
      BiConsumer<ServerChoice, TransportAddress> answer = asked.get(spotted.socket());
      if (answer != null) {
        answer.accept(spotted.server(), spotted.address());
      }
    } else if (event instanceof ObserverOut.AddressChanged) {
      listener.addressChanged();
    } else if (event instanceof ObserverOut.NatFound found) {
      listener.natFound(found.behaviour());
    } else if (event instanceof ObserverOut.Unanswered silent) {
      Watched entry = watched.get(silent.socket());
      if (entry != null) {
        listener.unanswered(entry.socket());
      }
    }
  }

  private static Claim claim(Watched entry, ObserverOut.Observed seen) {
    return Claim.newBuilder()
        .setSocket(Frames.socket(entry.wireId()))
        .setNonce(ByteString.copyFrom(seen.nonce(), StandardCharsets.US_ASCII))
        .setRegistered(entry.registered())
        .setIp(ByteString.copyFrom(seen.address().ip().getAddress()))
        .setPort(seen.address().port())
        .build();
  }
}
