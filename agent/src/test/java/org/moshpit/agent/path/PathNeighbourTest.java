package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NatBehaviour;
import org.moshpit.testkit.Segment;
import org.moshpit.testkit.SimulatedNat;
import org.moshpit.testkit.SimulatedNetwork;

/** Two ends that share a network, or a carrier's NAT. */
class PathNeighbourTest {
  private static Access.Attached host(
      SimulatedNetwork network, Segment segment, String ip, SimulatedNat... nats) {
    return new Access.Attached(network.host(segment, ip), List.of(nats));
  }

  private static String directTo(long seed, Function<SimulatedNetwork, PathWorld.Places> map) {
    PathWorld world = new PathWorld(seed, map).connect();
    boolean direct = world.until(world::bothDirect, Duration.ofSeconds(3));
    assertThat(direct).as("seed %d: %s", seed, world.laptop.reason()).isTrue();
    return world.laptop.machine.snapshot(world.simulation.now()).remote().ip().getHostAddress();
  }

  /** The router does not turn back what is sent to its own address; nobody needs it to. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void onOneLan(long seed) {
    String remote =
        directTo(
            seed,
            network -> {
              SimulatedNat nat =
                  network.nat(NatBehaviour.home(), network.internet(), "203.0.113.1");
              return new PathWorld.Places(
                  host(network, nat.inside(), "192.168.1.10", nat),
                  host(network, nat.inside(), "192.168.1.11", nat));
            });
    assertThat(remote).isEqualTo("192.168.1.11");
  }

  /** Without a router of their own: their addresses within the carrier's network. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void insideOneCarriersNat(long seed) {
    String remote =
        directTo(
            seed,
            network -> {
              SimulatedNat nat =
                  network.nat(NatBehaviour.random(), network.internet(), "203.0.113.1");
              return new PathWorld.Places(
                  host(network, nat.inside(), "100.64.0.10", nat),
                  host(network, nat.inside(), "100.64.0.11", nat));
            });
    assertThat(remote).isEqualTo("100.64.0.11");
  }

  /** A NAT that turns packets back has them through its mappings, not into itself: no poison. */
  private static PathWorld.Places twoHomes(SimulatedNetwork network, NatBehaviour carriers) {
    SimulatedNat carrier =
        network.nat(carriers.poisonable(false), network.internet(), "203.0.113.1");
    SimulatedNat one = network.nat(NatBehaviour.home(), carrier.inside(), "100.64.0.1");
    SimulatedNat other = network.nat(NatBehaviour.home(), carrier.inside(), "100.64.0.2");
    return new PathWorld.Places(
        // the same address on both sides, as every second router hands it out
        host(network, one.inside(), "192.168.1.10", carrier, one),
        host(network, other.inside(), "192.168.1.10", carrier, other));
  }

  /** Behind routers of their own, both behind one carrier's NAT that does hairpinning. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void atOnePublicAddressThatTurnsBack(long seed) {
    assertThat(directTo(seed, network -> twoHomes(network, NatBehaviour.cgnat().hairpin(true))))
        .isEqualTo("203.0.113.1");
  }

  /** Its filter stops nothing: an opener with the usual time to live would reach the peer's NAT. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void atOnePublicAddressThatLetsAnyoneIn(long seed) {
    assertThat(directTo(seed, network -> twoHomes(network, NatBehaviour.eif().hairpin(true))))
        .isEqualTo("203.0.113.1");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void atOnePublicAddressThatDoesNot(long seed) {
    PathWorld world =
        new PathWorld(seed, network -> twoHomes(network, NatBehaviour.cgnat())).connect();
    world.run(Duration.ofSeconds(20));
    assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
    assertThat(world.laptop.reason()).startsWith("no answer from any of the peer's addresses");
    assertThat(world.box.received.size()).isGreaterThan(world.laptop.sent() - 10);
  }

  /** A carrier that turns nothing back, and home routers of which some map ports. */
  @ParameterizedTest
  @CsvSource({"true, false", "false, true", "true, true"})
  void byAPortMappedWithinTheCarriersNetwork(boolean laptopMaps, boolean boxMaps) {
    for (int seed = 1; seed <= 5; seed++) {
      PathWorld world = new PathWorld(seed, network -> twoHomes(network, NatBehaviour.cgnat()));
      mapPorts(world.laptop, laptopMaps);
      mapPorts(world.box, boxMaps);
      world.connect();
      assertThat(world.until(world::bothDirect, Duration.ofSeconds(3)))
          .as("seed %d: %s", seed, world.laptop.reason())
          .isTrue();
      String remote =
          world.laptop.machine.snapshot(world.simulation.now()).remote().ip().getHostAddress();
      assertThat(remote).isEqualTo("100.64.0.2");
      world.close();
    }
  }

  private static void mapPorts(PathEnd end, boolean yes) {
    if (yes) {
      end.mapPort = end.place.nats().get(1)::forward;
    }
  }

  /** The same addresses behind another carrier's NAT are somebody else's. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whoStandsBehindAnotherCarriersNatIsNotTriedThere(long seed) {
    PathWorld world = new PathWorld(seed, Access.HOME_AND_CGNAT, Access.HOME_AND_CGNAT);
    mapPorts(world.laptop, true);
    mapPorts(world.box, true);
    world.connect();
    assertThat(world.until(world::bothDirect, Duration.ofSeconds(3))).isTrue();
    world.run(Duration.ofSeconds(20));
    assertThat(world.laptop.described.candidates())
        .as("told, because nobody knows where the peer is")
        .anyMatch(candidate -> candidate.address().ip().getHostAddress().startsWith("100.64."));
    assertThat(world.laptop.watch.sentWithinCarrier()).isFalse();
    assertThat(world.box.watch.sentWithinCarrier()).isFalse();
  }
}
