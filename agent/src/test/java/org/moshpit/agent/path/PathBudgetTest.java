package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.SimulatedHost;
import org.moshpit.testkit.SimulatedSocket;

/**
 * What strains the budgets most. That they hold is {@link Invariant}'s matter; here it is seen that
 * they were strained.
 */
class PathBudgetTest {
  private static final int PER_HOUR = 2048;
  private static final int SOME_FLOWS = 64;

  /** The core drops what the ends send each other, and they try again and again, for hours. */
  @ParameterizedTest
  @CsvSource({"HOME, RANDOM", "BLOCK_4096, CGNAT", "ADM, RANDOM", "SEQUENTIAL, SEQUENTIAL"})
  void hoursOfPunchesInVain(Access laptop, Access box) {
    PathWorld world = new PathWorld(1, laptop, box);
    world.interval = Duration.ofSeconds(3);
    world.blackhole();
    world.connect();
    world.run(Duration.ofHours(3));
    long most = Math.max(world.laptop.watch.probes(), world.box.watch.probes());
    assertThat(most).as("probes").isGreaterThan(PER_HOUR);
    assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
    world.close();
  }

  /** A block has 512 ports for a whole household: no retry may take more of them than the first. */
  @ParameterizedTest
  @CsvSource({"BLOCK, HOME", "HOME, BLOCK"})
  void hoursOfPunchesInVainFromABlock(Access laptop, Access box) {
    PathWorld world = new PathWorld(1, laptop, box);
    world.interval = Duration.ofSeconds(3);
    world.blackhole();
    world.connect();
    world.run(Duration.ofMinutes(90));
    assertThat(world.laptop.watch.probes() + world.box.watch.probes()).isGreaterThan(PER_HOUR / 2);
    assertThat(Math.max(world.laptop.mostExtras, world.box.mostExtras)).isEqualTo(32);
    world.close();
  }

  /** Neighbours behind the same NAT make so many mappings that a meeting may be at many ports. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aSandwichBetweenManyStrangers(long seed) {
    PathWorld world = new PathWorld(seed, Access.HOME, Access.SEQUENTIAL);
    SimulatedHost neighbour =
        world.network.host(world.box.place.segment(world.network), "192.168.2.99");
    SimulatedSocket socket = neighbour.open(9, (from, bytes) -> {});
    strangers(world, socket, 1);
    world.connect();
    world.run(Duration.ofSeconds(5));
    assertThat(world.laptop.watch.probes()).isGreaterThan(SOME_FLOWS);
    world.close();
  }

  private static void strangers(PathWorld world, SimulatedSocket socket, int port) {
    for (int i = 0; i < 8; i++) {
      TransportAddress to = TransportAddress.parse("198.51.100.99:" + (port + i));
      socket.send(to, new byte[] {1}, 0);
    }
    if (port < 40_000) {
      world.simulation.after(Duration.ofMillis(1), () -> strangers(world, socket, port + 8));
    }
  }

  /** Everything at once: routers that begin anew in the middle of a punch of many flows. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void punchesThatAreBrokenOff(long seed) {
    PathWorld world = new PathWorld(seed, Access.CGNAT, Access.RANDOM).connect();
    for (int i = 0; i < 20; i++) {
      world.run(Duration.ofMillis(900 + 450 * i));
      for (PathEnd end : List.of(world.laptop, world.box)) {
        end.place.nats().forEach(nat -> nat.reboot());
        end.driver.handle(new PathIn.NetworkChanged("the router began anew"));
      }
    }
    assertThat(world.laptop.watch.probes()).isGreaterThan(SOME_FLOWS);
    world.close();
  }

  /**
   * A rendezvous that names one port of a stranger after another, while the ends look for a path.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void aStrangerThatOnlyTheRendezvousNames(int ports) {
    PathWorld world = new PathWorld(1, Access.HOME, Access.CGNAT);
    world.blackhole();
    world.connect();
    for (int i = 0; i < 120; i++) {
      TransportAddress named = TransportAddress.parse("203.0.113.77:" + (1000 + i % ports));
      world.laptop.driver.handle(new PathIn.PeerObserved(named));
      world.box.driver.handle(new PathIn.PeerObserved(named));
      if (i % 4 == 0) {
        world.laptop.driver.handle(new PathIn.NetworkChanged("nothing really"));
      }
      world.run(Duration.ofMillis(750));
    }
    assertThat(world.laptop.watch.checksOf("203.0.113.77")).isBetween(20, 120);
    world.close();
  }
}
