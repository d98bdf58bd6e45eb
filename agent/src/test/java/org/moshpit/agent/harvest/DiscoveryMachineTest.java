package org.moshpit.agent.harvest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.nat.Allocation;
import org.moshpit.common.nat.Filtering;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.nat.NatFindings;
import org.moshpit.common.nat.NatFindings.Aspect;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.Dependence;
import org.moshpit.testkit.NatBehaviour;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.SimulatedDriver;
import org.moshpit.testkit.SimulatedHost;
import org.moshpit.testkit.SimulatedNat;
import org.moshpit.testkit.SimulatedNetwork;
import org.moshpit.testkit.Simulation;

class DiscoveryMachineTest {
  private static final int SEEDS = 25;
  private static final byte[] KEY = new byte[32];
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A world with one NAT, and one discovery in it. */
  private static final class World {
    final Simulation simulation;
    final SimulatedNetwork network;
    final SimulatedStunServer server;
    final List<DiscoveryIn.Local> opened = new ArrayList<>();
    private final DiscoveryMachine machine;
    SimulatedNat nat;
    NatFindings found;

    World(long seed, NetworkConditions conditions, int addresses, DiscoveryPlan plan) {
      simulation = new Simulation(seed);
      network = new SimulatedNetwork(simulation, conditions);
      SimulatedHost[] hosts = new SimulatedHost[addresses];
      for (int i = 0; i < addresses; i++) {
        hosts[i] = network.host(network.internet(), "198.51.100." + (i + 1));
      }
      server = new SimulatedStunServer(KEY, hosts);
      machine =
          new DiscoveryMachine(
              new StunCredentials(new byte[8], KEY),
              new SplittableRandom(seed),
              new StunBudget(),
              plan);
    }

    World behind(NatBehaviour behaviour) {
      nat = network.nat(behaviour, network.internet(), "203.0.113.5");
      return on(network.host(nat.inside(), "192.168.1.2"));
    }

    World on(SimulatedHost host) {
      @SuppressWarnings("unchecked")
      SimulatedDriver<DiscoveryIn, DiscoveryOut>[] driver = new SimulatedDriver[1];
      driver[0] =
          simulation.drive(
              machine,
              host,
              new SimulatedDriver.Ports<>() {
                @Override
                public DiscoveryIn datagram(SocketId socket, TransportAddress from, byte[] bytes) {
                  return new DiscoveryIn.Received(socket, from, bytes);
                }

                @Override
                public void event(DiscoveryOut event) {
                  if (event instanceof DiscoveryOut.Found end) {
                    assertThat(found).as("found twice").isNull();
                    found = end.findings();
                  } else if (event instanceof DiscoveryOut.Open open) {
                    List<DiscoveryIn.Local> sockets = new ArrayList<>();
                    for (int i = 0; i < open.count(); i++) {
                      SocketId id = driver[0].open(0);
                      sockets.add(new DiscoveryIn.Local(id, driver[0].base(id)));
                    }
                    opened.addAll(sockets);
                    driver[0].handle(new DiscoveryIn.Opened(sockets));
                  }
                }
              });
      driver[0].handle(new DiscoveryIn.Start(1_700_000_000_000L, server.addresses()));
      return this;
    }

    NatFindings run() {
      assertThat(simulation.runUntil(() -> found != null, PATIENCE)).as("an end").isTrue();
      assertThat(machine.nextDeadline()).isEqualTo(DiscoveryMachine.NO_DEADLINE);
      return found;
    }
  }

  private static NatBehaviour nat(
      Dependence mapping,
      Dependence filtering,
      org.moshpit.testkit.Allocation allocation,
      boolean hairpin) {
    return new NatBehaviour(
        mapping,
        filtering,
        allocation,
        512,
        Duration.ofSeconds(30),
        true,
        hairpin,
        !hairpin,
        false);
  }

  static Stream<Arguments> everyNat() {
    List<Arguments> all = new ArrayList<>();
    for (Dependence mapping : Dependence.values()) {
      for (Dependence filtering : Dependence.values()) {
        for (org.moshpit.testkit.Allocation how : org.moshpit.testkit.Allocation.values()) {
          all.add(Arguments.of(mapping, filtering, how));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("everyNat")
  void everyNatIsNamedRight(
      Dependence mapping, Dependence filtering, org.moshpit.testkit.Allocation allocation) {
    for (int seed = 0; seed < SEEDS; seed++) {
      World world =
          new World(seed, NetworkConditions.ordinary(), 2, DiscoveryPlan.THOROUGH)
              .behind(nat(mapping, filtering, allocation, seed % 2 == 0));

      NatFindings found = world.run();

      String what = "seed " + seed + ": " + found;
      assertThat(found.behaviour().mapping().name()).as(what).isEqualTo(mapping.name());
      assertThat(found.behaviour().filtering().name()).as(what).isEqualTo(filtering.name());
      assertThat(found.behaviour().allocation().name()).as(what).isEqualTo(allocation.name());
      assertThat(found.addresses()).as(what).containsExactly(world.nat.ip());
      assertThat(found.observed().ip()).as(what).isEqualTo(world.nat.ip());
      assertThat(found.varying()).as(what).isEmpty();
      if (allocation == org.moshpit.testkit.Allocation.SEQUENTIAL) {
        assertThat(found.ports().step()).as(what).isEqualTo(1);
      }
      if (allocation == org.moshpit.testkit.Allocation.BLOCK) {
        assertThat(found.ports().low() % 512).as(what).isZero();
        assertThat(found.ports().size()).as(what).isEqualTo(512);
      }
      if (mapping == Dependence.ENDPOINT_INDEPENDENT) {
        assertThat(found.hairpin()).as(what).isEqualTo(seed % 2 == 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyNat")
  void lossAndReorderingDelayButHardlyMislead(
      Dependence mapping, Dependence filtering, org.moshpit.testkit.Allocation allocation) {
    int wrong = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      NetworkConditions rough =
          NetworkConditions.ordinary().withLoss(0.05).reordering(Duration.ofMillis(30));
      NatFindings found =
          new World(seed, rough, 2, DiscoveryPlan.THOROUGH)
              .behind(nat(mapping, filtering, allocation, false))
              .run();
      boolean right =
          found.behaviour().mapping().name().equals(mapping.name())
              && found.behaviour().filtering().name().equals(filtering.name())
              && found.behaviour().allocation().name().equals(allocation.name());
      wrong += right ? 0 : 1;
    }
    assertThat(wrong).as("of " + SEEDS).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneAddressTellsMappingByPortAndTheStrictFilterOnly(boolean strict) {
    Dependence filtering =
        strict ? Dependence.ADDRESS_AND_PORT_DEPENDENT : Dependence.ADDRESS_DEPENDENT;
    NatFindings found =
        new World(1, NetworkConditions.lossless(), 1, DiscoveryPlan.THOROUGH)
            .behind(
                nat(
                    Dependence.ADDRESS_AND_PORT_DEPENDENT,
                    filtering,
                    org.moshpit.testkit.Allocation.RANDOM,
                    false))
            .run();

    assertThat(found.behaviour().mapping()).isEqualTo(Mapping.ADDRESS_AND_PORT_DEPENDENT);
    assertThat(found.behaviour().filtering())
        .isEqualTo(strict ? Filtering.ADDRESS_AND_PORT_DEPENDENT : Filtering.UNKNOWN);
    assertThat(found.hairpin()).isNull();
  }

  @Test
  void withoutNatThereIsNoneAndNoSpread() {
    World world = new World(1, NetworkConditions.lossless(), 2, DiscoveryPlan.THOROUGH);
    NatFindings found = world.on(world.network.host(world.network.internet(), "203.0.113.9")).run();

    assertThat(found.behaviour().mapping()).isEqualTo(Mapping.NONE);
    assertThat(found.behaviour().filtering()).isEqualTo(Filtering.NONE);
    assertThat(found.behaviour().allocation()).isEqualTo(Allocation.PRESERVING);
    assertThat(found.hairpin()).isNull();
    assertThat(world.opened).hasSize(3 + 2);
  }

  @Test
  void whatIsNeededTakesOneRoundTripAndTheSpreadOneMore() {
    World world =
        new World(1, NetworkConditions.lossless(), 2, DiscoveryPlan.BRIEF)
            .behind(
                nat(
                    Dependence.ADDRESS_AND_PORT_DEPENDENT,
                    Dependence.ENDPOINT_INDEPENDENT,
                    org.moshpit.testkit.Allocation.RANDOM,
                    false));

    world.run();

    assertThat(world.simulation.time().elapsed()).isLessThan(Duration.ofMillis(220));
    // four servers, one request and two probes, sixteen sockets
    assertThat(world.server.requests()).hasSize(4 + 3 + 16);
  }

  @Test
  void aBriefLookAtAnEasyNatAsksNoFurtherSockets() {
    World world =
        new World(1, NetworkConditions.lossless(), 2, DiscoveryPlan.BRIEF)
            .behind(NatBehaviour.home());

    NatFindings found = world.run();

    assertThat(found.behaviour().mapping()).isEqualTo(Mapping.ENDPOINT_INDEPENDENT);
    assertThat(found.behaviour().allocation()).isEqualTo(Allocation.PRESERVING);
    assertThat(found.hairpin()).isNull();
    assertThat(world.opened).hasSize(2);
  }

  @Test
  void blockedUdpIsToldAfterThreeSecondsAndFewRequests() {
    World world =
        new World(1, NetworkConditions.lossless(), 2, DiscoveryPlan.THOROUGH)
            .behind(NatBehaviour.udpBlocked());

    assertThat(world.run()).isEqualTo(NatFindings.NONE);

    assertThat(world.simulation.time().elapsed()).isLessThan(Duration.ofSeconds(3));
    assertThat(world.opened).hasSize(3);
  }

  @Test
  void aSilentServerGetsLittle() {
    World world = new World(1, NetworkConditions.lossless(), 2, DiscoveryPlan.THOROUGH);
    world.server.silent(true);

    assertThat(world.behind(NatBehaviour.home()).run()).isEqualTo(NatFindings.NONE);

    // two addresses: four times two ports each, and what probe and neighbour ask of the first
    assertThat(world.server.requests()).hasSizeLessThanOrEqualTo(2 * 2 * 4 + 4 * 3);
  }

  @Test
  void aNatThatChangesBetweenTheRoundsVaries() {
    World world =
        new World(1, NetworkConditions.lossless(), 2, DiscoveryPlan.THOROUGH)
            .behind(NatBehaviour.random());
    world.simulation.runUntil(
        () -> world.opened.size() > DiscoveryMachine.SPREAD, Duration.ofSeconds(5));
    world.simulation.runFor(Duration.ofMillis(1300));
    world.nat.behave(NatBehaviour.sequential());

    NatFindings found = world.run();

    assertThat(found.varying()).containsExactly(Aspect.ALLOCATION);
    assertThat(found.behaviour().allocation()).isEqualTo(Allocation.RANDOM);
  }

  @Test
  void withoutServersItEndsAtOnce() {
    DiscoveryMachine machine =
        new DiscoveryMachine(
            new StunCredentials(new byte[8], KEY),
            new SplittableRandom(1),
            new StunBudget(),
            DiscoveryPlan.THOROUGH);

    machine.handle(0, new DiscoveryIn.Start(0, List.of()));

    assertThat(machine.pollEvent()).isEqualTo(new DiscoveryOut.Found(NatFindings.NONE));
  }

  @Test
  void withoutSocketsItEndsAtOnce() {
    DiscoveryMachine machine =
        new DiscoveryMachine(
            new StunCredentials(new byte[8], KEY),
            new SplittableRandom(1),
            new StunBudget(),
            DiscoveryPlan.THOROUGH);

    machine.handle(
        0, new DiscoveryIn.Start(0, List.of(TransportAddress.parse("198.51.100.1:3478"))));
    assertThat(machine.pollEvent()).isEqualTo(new DiscoveryOut.Open(3));
    machine.handle(0, new DiscoveryIn.Opened(List.of()));

    assertThat(machine.pollEvent()).isEqualTo(new DiscoveryOut.Found(NatFindings.NONE));
  }
}
