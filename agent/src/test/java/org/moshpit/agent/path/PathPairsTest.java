package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NetworkConditions;

/**
 * The table of all pairs, with poisoning, 100 ms round trip and 1 % loss: which go direct, and
 * which stay on the relay: those where neither end can foretell a port of its own, and one of them
 * has no order in them at all. How soon is {@link PairGoalsTest}'s matter.
 */
class PathPairsTest {
  private static final Set<Access> HOPELESS =
      EnumSet.of(Access.BLOCK, Access.BLOCK_4096, Access.RANDOM);

  private static final Set<Access> UNFORESEEN =
      EnumSet.of(Access.BLOCK, Access.BLOCK_4096, Access.RANDOM, Access.SEQUENTIAL);

  static Stream<Arguments> allPairs() {
    return Arrays.stream(Access.values())
        .flatMap(a -> Arrays.stream(Access.values()).map(b -> Arguments.of(a, b)));
  }

  static Stream<Arguments> endpointIndependentPairs() {
    return allPairs()
        .filter(
            pair ->
                ((Access) pair.get()[0]).isEndpointIndependent()
                    && ((Access) pair.get()[1]).isEndpointIndependent());
  }

  private static boolean goesDirect(Access one, Access other) {
    if (one == Access.UDP_BLOCKED || other == Access.UDP_BLOCKED) {
      return false;
    }
    return !(HOPELESS.contains(one) && UNFORESEEN.contains(other))
        && !(HOPELESS.contains(other) && UNFORESEEN.contains(one));
  }

  @ParameterizedTest
  @MethodSource("allPairs")
  void everyPair(Access laptop, Access box) {
    boolean direct = goesDirect(laptop, box);
    for (int seed = 1; seed <= (direct ? 10 : 2); seed++) {
      PathWorld world = new PathWorld(seed, laptop, box).connect();
      boolean arrived = world.until(world::bothDirect, Duration.ofSeconds(30));
      assertThat(arrived)
          .as("seed %d: laptop: %s; box: %s", seed, world.laptop.reason(), world.box.reason())
          .isEqualTo(direct);
      if (!direct) {
        assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
        assertThat(world.laptop.reason()).isNotEqualTo(RelayReason.SEARCHING);
      }
    }
  }

  /** Two ends nearby, the rendezvous far away: a check arrives before its news does. */
  @ParameterizedTest
  @MethodSource("endpointIndependentPairs")
  void nearbyEnds(Access laptop, Access box) {
    for (int seed = 1; seed <= 5; seed++) {
      PathWorld world =
          new PathWorld(
                  seed,
                  laptop,
                  box,
                  RelayPolicy.AUTO,
                  RelayPolicy.AUTO,
                  NetworkConditions.ordinary().withLatency(Duration.ofMillis(4)))
              .connect();
      assertThat(world.until(world::bothDirect, Duration.ofSeconds(3)))
          .as("seed %d: laptop: %s", seed, world.laptop.reason())
          .isTrue();
    }
  }

  /** A tenth of all packets lost each way: perhaps not at the first attempt, but soon. */
  @ParameterizedTest
  @MethodSource("endpointIndependentPairs")
  void badWeather(Access laptop, Access box) {
    for (int seed = 1; seed <= 5; seed++) {
      PathWorld world =
          new PathWorld(
                  seed,
                  laptop,
                  box,
                  RelayPolicy.AUTO,
                  RelayPolicy.AUTO,
                  NetworkConditions.ordinary()
                      .withLoss(0.1)
                      .withLatency(Duration.ofMillis(150))
                      .reordering(Duration.ofMillis(60)))
              .connect();
      assertThat(world.until(world::bothDirect, Duration.ofSeconds(30)))
          .as("seed %d: laptop: %s", seed, world.laptop.reason())
          .isTrue();
    }
  }
}
