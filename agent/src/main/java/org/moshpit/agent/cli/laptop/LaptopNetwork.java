package org.moshpit.agent.cli.laptop;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Observation;
import org.moshpit.agent.cli.wiring.PortMappings;
import org.moshpit.agent.cli.wiring.ProcessSockets;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.link.RendezvousClock;
import org.moshpit.agent.netwatch.NetWatch;
import org.moshpit.agent.netwatch.NetworkSnapshot;
import org.moshpit.agent.netwatch.SuspendDetector;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Claim;
import org.moshpit.common.wire.proto.Claimed;

/**
 * The laptop's place in the network: the session's sockets, where the rendezvous sees them, what
 * the router maps to them, and the changes of all this. For the event loop's thread.
 */
final class LaptopNetwork {
  /** Hears of it; on the event loop. */
  interface Listener {
    /** Fresh sockets, for the session to own. */
    void opened(SocketSet set);

    /** There is no address to open any on. */
    void noAddress(ExitCode exit, String sentence);

    /** One of them is seen at that address. */
    void observed(UdpSocket socket, TransportAddress address);

    /** For the link. */
    void claim(Claim claim);

    /** What is known of the NATs here changed. */
    void natFound(NatBehaviour nat);

    /** The router reaches one of them at that address. */
    void mapped(UdpSocket socket, TransportAddress outer);

    /** Interfaces, routes or the clock changed. */
    void changed(String reason);
  }

  private final AgentLoop loop;
  private final ConnectPlan plan;
  private final Trace trace;
  private final Callable<Settings> settings;
  private final Listener listener;
  private final ProcessSockets sockets;
  private final Observation observation;
  private final NetWatch netWatch;
  private StunServers stun = StunServers.NONE;
  private boolean askedForMapping;
  private boolean stopped;

  /**
   * Without sockets until {@link #servers}.
   *
   * @param limits of punches
   * @param settings read when port mapping is considered, not before
   * @param random must be cryptographically strong
   */
  LaptopNetwork(
      AgentLoop loop,
      ConnectPlan plan,
      Enrollment enrollment,
      Trace trace,
      BulkLimits limits,
      Callable<Settings> settings,
      RandomGenerator random,
      Listener listener) {
    this.loop = loop;
    this.plan = plan;
    this.trace = trace;
    this.settings = settings;
    this.listener = listener;
    this.sockets =
        ProcessSockets.of(loop, enrollment, random, limits, new Observed(), new Mapped());
    this.observation = sockets.observation();
    this.netWatch = new NetWatch(loop.loop(), loop.blocking(), new NetworkEvents());
  }

  /** The process' sockets. */
  ProcessSockets sockets() {
    return sockets;
  }

  /** Whom to ask where they are seen. */
  StunServers stun() {
    return stun;
  }

  /** The rendezvous' clock, as it is known now. */
  void clock(RendezvousClock clock) {
    observation.clock(clock);
  }

  /** Whom to ask; the first time it also opens the session's first sockets. */
  void servers(StunServers servers) {
    boolean first = stun.addresses().isEmpty();
    stun = servers;
    observation.servers(servers.addresses());
    if (first) {
      open("the session's first");
    }
  }

  /** The link is a new one: everything has to be claimed anew. */
  void refresh() {
    observation.refreshAll();
  }

  /** What became of a claim. */
  void claimed(Claimed claimed) {
    observation.claimed(claimed);
  }

  /** Opens fresh sockets on each usable address. */
  void open(String reason) {
    trace.say("sockets: " + reason);
    loop.offload(
        () -> SocketSet.bases(stun.ips()),
        (found, failure) -> {
          if (failure != null || stopped) {
            return;
          }
          List<TransportAddress> bases = found.stream().filter(this::wanted).toList();
          if (bases.isEmpty()) {
            noAddress();
            return;
          }
          loop.onLoop(
              SocketSet.open(sockets, bases, 0, false),
              (set, problem) -> {
                if (problem != null) {
                  trace.say("no socket: " + problem.getMessage());
                } else {
                  listener.opened(set);
                }
              });
        });
  }

  private boolean wanted(TransportAddress base) {
    return switch (plan.family()) {
      case ANY -> true;
      case IPV4 -> !base.isIpv6();
      case IPV6 -> base.isIpv6();
    };
  }

  private void noAddress() {
    trace.say("no usable local address");
    switch (plan.family()) {
      case IPV4 ->
          listener.noAddress(
              ExitCode.USAGE, "-4 rules out all addresses of this computer; leave it out");
      case IPV6 ->
          listener.noAddress(
              ExitCode.USAGE,
              "-6 asks for IPv6, and this computer has no IPv6 address that leads anywhere;"
                  + " leave it out");
      case ANY ->
          listener.noAddress(
              ExitCode.FAILURE,
              "this computer has no network address a session could use; is it connected?");
    }
  }

  /** Begins to watch for changes. */
  void watch() {
    netWatch.start();
  }

  /**
   * Whether the router's help may be of use: without a direct path, or where the NAT here is a hard
   * one.
   */
  boolean mayNeedMapping(boolean direct) {
    Mapping mapping = observation.behaviour().mapping();
    boolean hard =
        mapping == Mapping.ADDRESS_DEPENDENT || mapping == Mapping.ADDRESS_AND_PORT_DEPENDENT;
    return !direct || hard;
  }

  /**
   * Asks the router for ports, once and from then on. Reads the settings now: they are not on the
   * way to the first screen.
   */
  void askForMapping() {
    if (askedForMapping || stopped) {
      return;
    }
    askedForMapping = true;
    loop.offload(
        settings,
        (read, failure) -> {
          if (failure != null) {
            trace.say("no port mapping: " + failure.getMessage());
          } else if (read.portMapping()) {
            sockets.mappings().begin();
          }
        });
  }

  /** Everything known of the old network is forgotten. */
  void renew() {
    observation.networkChanged();
    sockets.mappings().networkChanged();
  }

  /**
   * Watches and asks no more; the session's sockets are its own to close, and before this.
   *
   * @return completes when the router has been told
   */
  CompletableFuture<Void> stop() {
    stopped = true;
    netWatch.close();
    observation.stop();
    return sockets.mappings().stop();
  }

  private final class Observed implements Observation.Listener {
    @Override
    public void observed(UdpSocket socket, TransportAddress address, long rttNanos) {
      trace.say(socket + " is seen at " + address);
      listener.observed(socket, address);
    }

    @Override
    public void claim(Claim claim) {
      listener.claim(claim);
    }

    @Override
    public void natFound(NatBehaviour nat) {
      trace.say("this network's NAT: " + nat.mapping().word() + ", " + nat.allocation().word());
      listener.natFound(nat);
    }

    @Override
    public void unanswered(UdpSocket socket) {
      trace.say("STUN does not answer " + socket);
    }

    @Override
    public void addressChanged() {
      trace.say("the public address changed");
      listener.changed("the public address changed");
    }
  }

  private final class Mapped implements PortMappings.Listener {
    @Override
    public void mapped(UdpSocket socket, TransportAddress outer) {
      listener.mapped(socket, outer);
    }

    @Override
    public void said(String line) {
      trace.say(line);
    }

    @Override
    public void detail(String line) {
      trace.say(line);
    }
  }

  private final class NetworkEvents implements NetWatch.Listener {
    @Override
    public void networkChanged(NetworkSnapshot now, String reason) {
      trace.say("the network changed: " + reason);
      listener.changed(reason);
    }

    @Override
    public void resumed(SuspendDetector.Finding finding) {
      trace.say("time was lost: " + finding);
      listener.changed("time was lost");
    }
  }
}
