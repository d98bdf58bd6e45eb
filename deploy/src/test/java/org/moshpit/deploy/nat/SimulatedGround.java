package org.moshpit.deploy.nat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.SimulatedHost;
import org.moshpit.testkit.SimulatedNat;
import org.moshpit.testkit.SimulatedNetwork;
import org.moshpit.testkit.SimulatedSocket;
import org.moshpit.testkit.Simulation;

/** The test kit's NATs. */
final class SimulatedGround implements NatGround {
  private static final Duration LATENCY = Duration.ofMillis(1);
  private static final Duration SETTLING = Duration.ofMillis(10);

  private record Arrival(TransportAddress at, String word) {}

  private final Simulation simulation;
  private final List<SimulatedNat> nats;
  private final List<List<SimulatedHost>> hosts = new ArrayList<>();
  private final Map<TransportAddress, SimulatedSocket> sockets = new HashMap<>();
  private final Map<Arrival, TransportAddress> arrived = new HashMap<>();
  private final Duration lifetime;
  private Duration started = Duration.ZERO;

  /**
   * NATs of a kind.
   *
   * @param poisonable whether an unsolicited packet takes the tuple
   * @param inbound whether inbound packets keep a mapping alive
   */
  SimulatedGround(
      long seed, Access access, boolean poisonable, boolean inbound, Duration lifetime) {
    this.lifetime = lifetime;
    simulation = new Simulation(seed);
    SimulatedNetwork network =
        new SimulatedNetwork(simulation, new NetworkConditions(LATENCY, Duration.ZERO, 0, 0, 4));
    Access.Attached place =
        access.attach(network, 1, nat -> nat.poisonable(poisonable).withTimeout(lifetime, inbound));
    nats = place.nats();
    String second = nats.isEmpty() ? "203.0.113.200" : "192.168.1.200";
    hosts.add(List.of(place.host(), network.host(place.segment(network), second)));
    hosts.add(
        List.of(
            network.host(network.internet(), "198.51.100.1"),
            network.host(network.internet(), "198.51.100.2")));
  }

  @Override
  public int nats() {
    return nats.size();
  }

  @Override
  public InetAddress publicAddress() {
    return nats.isEmpty() ? address(Side.INSIDE, 0) : nats.get(0).ip();
  }

  @Override
  public InetAddress address(Side side, int which) {
    return hosts.get(side.ordinal()).get(which).ip();
  }

  @Override
  public int firstPort() {
    return 10_000;
  }

  @Override
  public void open(Side side, TransportAddress at) {
    SimulatedHost host =
        hosts.get(side.ordinal()).stream()
            .filter(each -> each.ip().equals(at.ip()))
            .findFirst()
            .orElseThrow();
    sockets.put(
        at,
        host.open(
            at.port(),
            (from, bytes) ->
                arrived.put(new Arrival(at, new String(bytes, StandardCharsets.US_ASCII)), from)));
  }

  @Override
  public void send(Side side, TransportAddress from, TransportAddress to, int ttl, String word) {
    sockets.get(from).send(to, word.getBytes(StandardCharsets.US_ASCII), ttl);
  }

  @Override
  public Optional<TransportAddress> heard(Side side, TransportAddress at, String word) {
    simulation.runFor(SETTLING);
    return Optional.ofNullable(arrived.get(new Arrival(at, word)));
  }

  @Override
  public Duration lifetime() {
    return lifetime;
  }

  @Override
  public void startClock() {
    started = simulation.time().elapsed();
  }

  @Override
  public void at(Duration time) {
    Duration left = time.minus(clock());
    if (!left.isNegative()) {
      simulation.runFor(left);
    }
  }

  @Override
  public Duration clock() {
    return simulation.time().elapsed().minus(started);
  }

  /** There is one lifetime. */
  @Override
  public void streamLifetime(Duration stream) {}

  @Override
  public void reboot() {
    nats.forEach(SimulatedNat::reboot);
  }

  @Override
  public void close() {}
}
