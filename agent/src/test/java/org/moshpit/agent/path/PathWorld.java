package org.moshpit.agent.path;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.SimulatedHost;
import org.moshpit.testkit.SimulatedNetwork;
import org.moshpit.testkit.SimulatedSocket;
import org.moshpit.testkit.Simulation;

/**
 * A laptop, a box, and the rendezvous between them: a STUN server, a relay, and exchanges that the
 * laptop runs.
 */
final class PathWorld {
  /** One way through the rendezvous: both legs, a bit longer than the direct way. */
  static final Duration THROUGH = Duration.ofMillis(60);

  final Simulation simulation;
  final SimulatedNetwork network;
  final PathEnd laptop;
  final PathEnd box;
  int exchanges;

  /** Between two datagrams of an application; mosh's heartbeat is 3 s. */
  Duration interval = Duration.ofMillis(100);

  boolean rendezvousReachable = true;

  /** Whether it does not say where it sees the box. */
  boolean rendezvousLies;

  /** Whether the applications are silent. */
  boolean quiet;

  private final Map<String, SimulatedHost> servers = new HashMap<>();
  private final Map<TransportAddress, SimulatedSocket> stun = new HashMap<>();
  private boolean relayOpen;

  PathWorld(long seed, Access laptop, Access box) {
    this(seed, laptop, box, RelayPolicy.AUTO, RelayPolicy.AUTO, NetworkConditions.ordinary());
  }

  PathWorld(
      long seed,
      Access laptopAccess,
      Access boxAccess,
      RelayPolicy laptopRelay,
      RelayPolicy boxRelay,
      NetworkConditions conditions) {
    this(seed, laptopAccess, boxAccess, laptopRelay, boxRelay, conditions, BulkLimits.standard());
  }

  PathWorld(
      long seed,
      Access laptopAccess,
      Access boxAccess,
      RelayPolicy laptopRelay,
      RelayPolicy boxRelay,
      NetworkConditions conditions,
      BulkLimits boxLimits) {
    this(
        seed,
        laptopAccess + " × " + boxAccess,
        network -> new Places(laptopAccess.attach(network, 1), boxAccess.attach(network, 2)),
        laptopRelay,
        boxRelay,
        conditions,
        boxLimits);
  }

  /** Where both ends are. */
  record Places(Access.Attached laptop, Access.Attached box) {}

  /** Both ends wherever {@code map} puts them. */
  PathWorld(long seed, Function<SimulatedNetwork, Places> map) {
    this(
        seed,
        "places of this test's own",
        map,
        RelayPolicy.AUTO,
        RelayPolicy.AUTO,
        NetworkConditions.ordinary(),
        BulkLimits.standard());
  }

  private PathWorld(
      long seed,
      String name,
      Function<SimulatedNetwork, Places> map,
      RelayPolicy laptopRelay,
      RelayPolicy boxRelay,
      NetworkConditions conditions,
      BulkLimits boxLimits) {
    simulation = new Simulation(seed);
    network = new SimulatedNetwork(simulation, conditions);
    for (TransportAddress address : PathEnd.SERVERS) {
      SimulatedHost server =
          servers.computeIfAbsent(
              address.ip().getHostAddress(), ip -> network.host(network.internet(), ip));
      stun.put(
          address,
          server.open(
              address.port(),
              (from, payload) ->
                  stun.get(address)
                      .send(from, from.toString().getBytes(StandardCharsets.US_ASCII), 0)));
    }
    Places places = map.apply(network);
    Invariants invariants = new Invariants(simulation, name, seed);
    laptop =
        new PathEnd(
            "laptop",
            simulation,
            invariants,
            new PathConfig(IceRole.CONTROLLING, laptopRelay, BulkLimits.standard()),
            places.laptop());
    box =
        new PathEnd(
            "box",
            simulation,
            invariants,
            new PathConfig(IceRole.CONTROLLED, boxRelay, boxLimits),
            places.box());
    laptop.toRelay = bytes -> relay(box, bytes);
    box.toRelay = bytes -> relay(laptop, bytes);
    laptop.onSeen = address -> passOn(box, address);
    box.onSeen =
        address -> {
          if (!rendezvousLies) {
            passOn(laptop, address);
          }
        };
    laptop.needExchange = reason -> exchange();
    box.needExchange = reason -> through(() -> laptop.driver.handle(new PathIn.PeerHinted(reason)));
  }

  private void relay(PathEnd to, byte[] bytes) {
    if (relayOpen) {
      through(() -> to.driver.handle(new PathIn.FromRelay(bytes)));
    }
  }

  /** To the other end of a relay the rendezvous tells at once what it sees. */
  private void passOn(PathEnd to, TransportAddress seen) {
    if (relayOpen) {
      through(() -> to.driver.handle(new PathIn.PeerObserved(seen)));
    }
  }

  void through(Runnable arrival) {
    if (rendezvousReachable) {
      simulation.after(THROUGH, arrival);
    }
  }

  /** From the offer on: sockets, first exchange, the relay, and applications that talk. */
  PathWorld connect() {
    box.openSocket(); // the warm one
    laptop.onDescribed =
        () -> {
          laptop.onDescribed = () -> {};
          exchange();
        };
    laptop.openSocket();
    simulation.after(interval, this::talk);
    return this;
  }

  private void talk() {
    if (!quiet) {
      laptop.send();
      box.send();
    }
    simulation.after(interval, this::talk);
  }

  /** The laptop's control exchange: offer, the box's description when it is ready, answer. */
  void exchange() {
    exchanges++;
    IceDescription offered = laptop.described;
    Optional<TransportAddress> seen = laptop.seenAt();
    through(
        () -> {
          seen.ifPresent(address -> box.driver.handle(new PathIn.PeerObserved(address)));
          box.onDescribed =
              () -> {
                box.onDescribed = () -> {};
                answer(box.described, offered.generation());
              };
          box.driver.handle(new PathIn.PeerDescribed(offered, 100));
        });
  }

  private void answer(IceDescription answered, int to) {
    relayUp(box);
    Optional<TransportAddress> seen = rendezvousLies ? Optional.empty() : box.seenAt();
    through(
        () -> {
          relayUp(laptop);
          seen.ifPresent(address -> laptop.driver.handle(new PathIn.PeerObserved(address)));
          laptop.driver.handle(new PathIn.PeerDescribed(answered, 0, to));
        });
  }

  private void relayUp(PathEnd end) {
    if (!relayOpen || end == laptop) {
      relayOpen = true;
      end.driver.handle(new PathIn.RelayUp());
    }
  }

  /** The rendezvous loses the session's relay, on both ends. */
  void relayDown() {
    relayOpen = false;
    laptop.driver.handle(new PathIn.RelayDown("the link to the rendezvous is down"));
    box.driver.handle(new PathIn.RelayDown("the link to the rendezvous is down"));
  }

  /** It is back. */
  void relayBack() {
    relayUp(box);
    relayUp(laptop);
  }

  /** Drops what the core carries between the two ends, whatever their addresses are then. */
  Runnable blackhole() {
    return network.block(
        packet -> !PathEnd.isServer(packet.destination()) && !PathEnd.isServer(packet.source()));
  }

  /** Ends the session on both ends; applications go on for a while, and nothing may be sent. */
  void close() {
    laptop.driver.handle(new PathIn.Close());
    box.driver.handle(new PathIn.Close());
    run(Duration.ofSeconds(2));
  }

  boolean bothDirect() {
    return laptop.path() == PathKind.DIRECT && box.path() == PathKind.DIRECT;
  }

  boolean until(BooleanSupplier condition, Duration limit) {
    return simulation.runUntil(condition, limit);
  }

  void run(Duration duration) {
    simulation.runFor(duration);
  }
}
