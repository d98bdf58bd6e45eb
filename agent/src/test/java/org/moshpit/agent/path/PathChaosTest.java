package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NatBehaviour;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.SimulatedNat;

/**
 * Everything at once, from a seed: loss, reordering, outages, routers that restart, ends that move,
 * relays that come and go. What must hold all the same is named in the assertions, and by {@link
 * Invariant}.
 */
class PathChaosTest {
  /** The unit tests run few; the long run sets more. */
  private static final int SEEDS_PER_RUN = Integer.getInteger("moshpit.seeds", 6);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void aSessionNeverEndsBecauseAPathDid(int run) {
    for (int i = 0; i < SEEDS_PER_RUN; i++) {
      chaos(1000L * run + i);
    }
  }

  private static void chaos(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Access[] kinds = Access.values();
    Access laptop = kinds[random.nextInt(kinds.length)];
    Access box = kinds[random.nextInt(kinds.length)];
    NetworkConditions conditions =
        NetworkConditions.ordinary()
            .withLoss(random.nextDouble() * 0.1)
            .withLatency(Duration.ofMillis(random.nextInt(1, 150)))
            .reordering(Duration.ofMillis(random.nextInt(1, 80)));
    PathWorld world =
        new PathWorld(seed, laptop, box, RelayPolicy.AUTO, RelayPolicy.AUTO, conditions).connect();
    String name = laptop + " × " + box + ", seed " + seed;
    world.run(Duration.ofSeconds(2));
    int lan = 0;
    for (int step = 0; step < 12; step++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          Runnable lift = world.blackhole();
          world.simulation.after(Duration.ofMillis(random.nextInt(100, 20_000)), lift);
        }
        case 1 -> routers(world).forEach(SimulatedNat::reboot);
        case 2 -> move(world, world.laptop, ++lan);
        case 3 -> move(world, world.box, ++lan);
        case 4 -> world.laptop.driver.handle(new PathIn.NetworkChanged("nothing really"));
        case 5 -> world.box.driver.handle(new PathIn.NetworkChanged("nothing really"));
        case 6 -> world.laptop.driver.handle(new PathIn.PeerHinted("made up"));
        default -> {}
      }
      world.run(Duration.ofMillis(random.nextInt(50, 15_000)));
    }
    int fromLaptop = world.laptop.sent() + 1;
    int fromBox = world.box.sent() + 1;
    world.run(Duration.ofSeconds(100));
    assertThat(world.box.received.tailMap(fromLaptop).size())
        .as("the laptop is heard: " + name)
        .isGreaterThan(700);
    assertThat(world.laptop.received.tailMap(fromBox).size())
        .as("the box is heard: " + name)
        .isGreaterThan(700);
    assertThat(PathScenarioTest.gaps(world.box, 1)).as("longest silence: " + name).isLessThan(9);
    assertThat(PathScenarioTest.gaps(world.laptop, 1)).as("silence: " + name).isLessThan(9);
    if (laptop.isEndpointIndependent() && box.isEndpointIndependent()) {
      assertThat(world.bothDirect()).as("direct in the end: " + name).isTrue();
    }
    assertThat(world.laptop.openSockets().size()).as(name).isLessThanOrEqualTo(2);
    assertThat(world.box.openSockets().size()).as(name).isLessThanOrEqualTo(2);
    world.close();
  }

  private static List<SimulatedNat> routers(PathWorld world) {
    List<SimulatedNat> all = new ArrayList<>(world.laptop.place.nats());
    all.addAll(world.box.place.nats());
    return all;
  }

  private static void move(PathWorld world, PathEnd end, int lan) {
    SimulatedNat nat =
        world.network.nat(NatBehaviour.home(), world.network.internet(), "198.51.100." + (9 + lan));
    end.place.host().move(nat.inside(), "10.0." + lan + ".5");
    end.driver.handle(new PathIn.NetworkChanged("moved"));
  }
}
