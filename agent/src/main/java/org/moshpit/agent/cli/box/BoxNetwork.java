package org.moshpit.agent.cli.box;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Frames;
import org.moshpit.agent.cli.wiring.Observation;
import org.moshpit.agent.cli.wiring.PortMappings;
import org.moshpit.agent.cli.wiring.ProcessSockets;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.netwatch.NetWatch;
import org.moshpit.agent.netwatch.NetworkSnapshot;
import org.moshpit.agent.netwatch.SuspendDetector;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Claim;
import org.moshpit.common.wire.proto.Claimed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The box's place in the network: the sockets kept warm for sessions, where the rendezvous sees
 * them, which NATs are in between, and the changes of all this, of which link and sessions hear.
 * For the event loop's thread.
 */
final class BoxNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(BoxNetwork.class);

  private final BoxLink link;
  private final SessionBook sessions;
  private final Runnable timeLost;
  private final ProcessSockets sockets;
  private final Observation observation;
  private final boolean portMapping;
  private final WarmSockets warm;
  private final NetWatch netWatch;
  private StunServers stun = StunServers.NONE;

  /** Whether this network is still to be looked at closely; once, as soon as a server answers. */
  private boolean discoveryWanted = true;

  /**
   * Without sockets until {@link #start}.
   *
   * @param settings ports for the sockets, and whether the router maps any
   * @param random must be cryptographically strong
   * @param timeLost called when this computer slept or its clock was set
   */
  BoxNetwork(
      AgentLoop loop,
      Enrollment enrollment,
      Settings settings,
      RandomGenerator random,
      BoxLink link,
      SessionBook sessions,
      Runnable timeLost) {
    this.link = link;
    this.sessions = sessions;
    this.timeLost = timeLost;
    this.sockets =
        ProcessSockets.of(
            loop,
            enrollment,
            random,
            BulkLimits.ofWords(settings.strategies()),
            new Observed(),
            new Mapped());
    this.observation = sockets.observation();
    this.portMapping = settings.portMapping();
    this.warm = new WarmSockets(loop, sockets, settings.ports(), random);
    this.netWatch = new NetWatch(loop.loop(), loop.blocking(), new NetworkEvents());
  }

  /** Opens the warm sockets and watches for changes. */
  void start() {
    netWatch.start();
    warm.rebuild(List.of());
    if (portMapping) {
      sockets.mappings().begin();
    }
  }

  /**
   * Closes the warm sockets; a session's are its own to close, and before this.
   *
   * @return completes when the router has been told
   */
  CompletableFuture<Void> stop() {
    netWatch.close();
    warm.stop();
    observation.stop();
    return sockets.mappings().stop();
  }

  /** The box is registered: everything has to be observed, and claimed, anew. */
  void registered(StunServers servers) {
    stun = servers;
    observation.clock(link.clock());
    observation.servers(stun.addresses());
    observation.refreshAll();
    warm.rebuild(stun.ips());
    link.send(Frames.nat(observation.behaviour()));
  }

  /** What became of a claim. */
  void claimed(Claimed claimed) {
    observation.claimed(claimed);
  }

  /** The process' sockets, for sessions to use theirs. */
  ProcessSockets sockets() {
    return sockets;
  }

  /** Sockets for a session; with the failure if no port can be had. */
  void take(BiConsumer<SocketSet, Throwable> then) {
    warm.take(then);
  }

  /** The same on that port if it can be had, else on another. */
  void take(int port, BiConsumer<SocketSet, Throwable> then) {
    warm.take(port, then);
  }

  /** Where the warm sockets are seen, if they are. */
  Optional<TransportAddress> observed() {
    return Optional.ofNullable(warm.warm()).stream()
        .flatMap(set -> set.members().stream())
        .flatMap(member -> observation.observed(member.socket().id()).stream())
        .findFirst();
  }

  /** How many ports the router maps. */
  int portMappings() {
    return sockets.mappings().size();
  }

  /** What is known of the NATs here. */
  NatBehaviour nat() {
    return observation.behaviour();
  }

  private final class Observed implements Observation.Listener {
    @Override
    public void observed(UdpSocket socket, TransportAddress address, long rttNanos) {
      if (discoveryWanted && !address.isIpv6()) {
        discoveryWanted = false;
        observation.discover(socket.local().ip());
      }
      sessions.all().forEach(session -> session.path().observed(socket, address));
    }

    @Override
    public void claim(Claim claim) {
      link.send(Frames.claim(claim));
    }

    @Override
    public void natFound(NatBehaviour behaviour) {
      LOG.atInfo()
          .addKeyValue("mapping", behaviour.mapping().word())
          .addKeyValue("filtering", behaviour.filtering().word())
          .addKeyValue("allocation", behaviour.allocation().word())
          .log("this network's NAT");
      link.send(Frames.nat(behaviour));
      sessions.all().forEach(session -> session.path().natFound(behaviour));
    }

    @Override
    public void unanswered(UdpSocket socket) {
      LOG.atWarn()
          .log(
              "the rendezvous' UDP ports do not answer: they may be shut there, or UDP blocked"
                  + " here");
    }

    /** A path that is direct finds that out by itself, and sooner. */
    @Override
    public void addressChanged() {
      String reason = "the public address changed";
      LOG.info(reason);
      discoveryWanted = true;
      link.networkChanged();
      sockets.mappings().networkChanged();
      sessions.all().stream()
          .map(BoxSession::path)
          .filter(path -> path.snapshot().path() != PathKind.DIRECT)
          .forEach(path -> path.networkChanged(reason));
    }
  }

  private final class Mapped implements PortMappings.Listener {
    @Override
    public void mapped(UdpSocket socket, TransportAddress outer) {
      sessions.all().forEach(session -> session.path().mapped(socket, outer));
    }

    @Override
    public void said(String line) {
      LOG.atInfo().log("port mapping: {}", line);
    }

    @Override
    public void detail(String line) {
      LOG.atDebug().log("port mapping: {}", line);
    }
  }

  private final class NetworkEvents implements NetWatch.Listener {
    @Override
    public void networkChanged(NetworkSnapshot now, String reason) {
      LOG.atInfo().addKeyValue("reason", reason).log("the network changed");
      // first, so that sessions that want fresh sockets get them on the addresses there are now
      warm.rebuild(stun.ips());
      changed(reason);
    }

    @Override
    public void resumed(SuspendDetector.Finding finding) {
      LOG.atInfo().addKeyValue("finding", finding).log("time was lost");
      timeLost.run();
      changed("time was lost");
    }

    private void changed(String reason) {
      discoveryWanted = true;
      link.networkChanged();
      observation.networkChanged();
      sockets.mappings().networkChanged();
      sessions.all().forEach(session -> session.path().networkChanged(reason));
    }
  }
}
