package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.testkit.Access;

/** Every pair of endpoint-independent mappings goes direct, whatever filters and renumbers. */
class PathPairsTest {
  private static final int SEEDS = 20;

  static Stream<Arguments> endpointIndependentPairs() {
    List<Access> rows =
        Arrays.stream(Access.values()).filter(Access::isEndpointIndependent).toList();
    return rows.stream().flatMap(a -> rows.stream().map(b -> Arguments.of(a, b)));
  }

  @ParameterizedTest
  @MethodSource("endpointIndependentPairs")
  void goesDirect(Access laptop, Access box) {
    List<String> failures = new ArrayList<>();
    for (int seed = 1; seed <= SEEDS; seed++) {
      PathWorld world = new PathWorld(seed, laptop, box).connect();
      boolean direct = world.until(world::bothDirect, Duration.ofSeconds(5));
      if (!direct) {
        failures.add(
            "seed " + seed + ": laptop " + world.laptop.reason() + ", box " + world.box.reason());
      }
      System.out.println(
          laptop + " × " + box + " seed " + seed + " " + world.simulation.time().elapsed());
    }
    assertThat(failures).isEmpty();
  }
}
