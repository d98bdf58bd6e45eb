package org.moshpit.agent.harvest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.NatBehaviour;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.SimulatedDriver;
import org.moshpit.testkit.SimulatedNat;
import org.moshpit.testkit.SimulatedNetwork;
import org.moshpit.testkit.Simulation;

class LifetimeMachineTest {
  private static final byte[] KEY = new byte[32];

  private final Simulation simulation = new Simulation(3);
  private final SimulatedNetwork network =
      new SimulatedNetwork(simulation, NetworkConditions.ordinary());
  private final SimulatedStunServer server =
      new SimulatedStunServer(KEY, network.host(network.internet(), "198.51.100.1"));
  private final List<DiscoveryOut.Lifetime> told = new ArrayList<>();

  private void behind(NatBehaviour behaviour) {
    SimulatedNat nat = network.nat(behaviour, network.internet(), "203.0.113.5");
    @SuppressWarnings("unchecked")
    SimulatedDriver<DiscoveryIn, DiscoveryOut>[] driver = new SimulatedDriver[1];
    driver[0] =
        simulation.drive(
            new LifetimeMachine(
                new StunCredentials(new byte[8], KEY), new SplittableRandom(4), new StunBudget()),
            network.host(nat.inside(), "192.168.1.2"),
            new SimulatedDriver.Ports<>() {
              @Override
              public DiscoveryIn datagram(SocketId socket, TransportAddress from, byte[] bytes) {
                return new DiscoveryIn.Received(socket, from, bytes);
              }

              @Override
              public void event(DiscoveryOut event) {
                if (event instanceof DiscoveryOut.Lifetime end) {
                  told.add(end);
                } else if (event instanceof DiscoveryOut.Open open) {
                  List<DiscoveryIn.Local> sockets = new ArrayList<>();
                  for (int i = 0; i < open.count(); i++) {
                    SocketId id = driver[0].open(0);
                    sockets.add(new DiscoveryIn.Local(id, driver[0].base(id)));
                  }
                  driver[0].handle(new DiscoveryIn.Opened(sockets));
                }
              }
            });
    driver[0].handle(new DiscoveryIn.Start(1_700_000_000_000L, server.addresses()));
  }

  @ParameterizedTest
  @CsvSource({
    "home, 5, 0, 12",
    "home, 20, 10, 32",
    "cgnat, 45, 30, 63",
    "random, 100, 60, 123",
    "sequential, 300, 120, 123",
    "eif, 45, 30, 63"
  })
  void theLongestSilenceThatAMappingOutlives(
      String name, int timeout, int expected, int longestSeconds) {
    NatBehaviour behaviour =
        switch (name) {
          case "home" -> NatBehaviour.home();
          case "cgnat" -> NatBehaviour.cgnat();
          case "random" -> NatBehaviour.random();
          case "sequential" -> NatBehaviour.sequential();
          default -> NatBehaviour.eif();
        };
    behind(behaviour.withTimeout(Duration.ofSeconds(timeout), false));

    assertThat(simulation.runUntil(() -> !told.isEmpty(), Duration.ofSeconds(longestSeconds)))
        .isTrue();

    assertThat(told).containsExactly(new DiscoveryOut.Lifetime(expected));
    // six sockets ask, and each test is at most three requests
    assertThat(server.requests()).hasSizeLessThan(2 * 6 + 5 * 3);
  }

  @Test
  void aServerThatAnswersToTheSourceOnlyTellsNothing() {
    server.ignoresResponsePort();
    behind(NatBehaviour.home());

    simulation.runFor(Duration.ofSeconds(5));

    assertThat(told).containsExactly(new DiscoveryOut.Lifetime(null));
  }

  @Test
  void aServerThatSeesPortZeroTellsNothing() {
    server.sees(address -> new TransportAddress(address.ip(), 0));
    behind(NatBehaviour.home());

    simulation.runFor(Duration.ofSeconds(5));

    assertThat(told).containsExactly(new DiscoveryOut.Lifetime(null));
  }

  @Test
  void silenceTellsNothing() {
    behind(NatBehaviour.udpBlocked());

    simulation.runFor(Duration.ofSeconds(5));

    assertThat(told).containsExactly(new DiscoveryOut.Lifetime(null));
  }
}
