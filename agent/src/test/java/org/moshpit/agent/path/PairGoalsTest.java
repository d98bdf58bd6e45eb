package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.testkit.Access;

/**
 * How often and how soon each kind of pair must become direct, at 100 ms round trip and 1 % loss,
 * either end being the laptop; and what that may cost the routers. {@code deploy/bench/nat-table}
 * prints all pairs with more seeds.
 */
class PairGoalsTest {
  private static final int SEEDS = Integer.getInteger("moshpit.seeds", 200);
  private static final long FIRST = Long.getLong("moshpit.seed", 1);

  /** How far a number of seeds may fall short of a goal by chance: three standard deviations. */
  private static double slack(double percent) {
    double p = percent / 100;
    return 300 * Math.sqrt(p * (1 - p) / SEEDS);
  }

  static Stream<Arguments> goals() {
    return Stream.of(
        Arguments.of(Access.HOME, Access.CGNAT, 99.5, 1000, 99.5, 3000, 0),
        Arguments.of(Access.HOME, Access.HOME_AND_CGNAT, 99.5, 1000, 99.5, 3000, 0),
        Arguments.of(Access.CGNAT, Access.SEQUENTIAL, 99, 1500, 99, 3000, 3),
        Arguments.of(Access.CGNAT, Access.BLOCK, 99, 1500, 99, 3000, 32),
        Arguments.of(Access.CGNAT, Access.BLOCK_4096, 99, 1500, 99, 3000, 32),
        Arguments.of(Access.CGNAT, Access.RANDOM, 95, 3000, 99.5, 6000, 640),
        Arguments.of(Access.SEQUENTIAL, Access.SEQUENTIAL, 95, 3000, 95, 6000, 65),
        Arguments.of(Access.ADM, Access.RANDOM, 90, 5000, 90, 6000, 640),
        Arguments.of(Access.ADM, Access.ADM, 95, 3000, 95, 6000, 9),
        Arguments.of(Access.ADM, Access.SEQUENTIAL, 95, 3000, 95, 6000, 3),
        Arguments.of(Access.ADM, Access.BLOCK, 95, 3000, 95, 6000, 32));
  }

  @ParameterizedTest
  @MethodSource("goals")
  void aPairReachesItsGoal(
      Access one,
      Access other,
      double soon,
      long soonMillis,
      double late,
      long lateMillis,
      int sockets) {
    for (PairTable.Cell cell :
        List.of(
            PairTable.cell(one, other, SEEDS, FIRST), PairTable.cell(other, one, SEEDS, FIRST))) {
      assertThat(cell.within(soonMillis)).as("%s", cell).isGreaterThanOrEqualTo(soon - slack(soon));
      assertThat(cell.within(lateMillis)).as("%s", cell).isGreaterThanOrEqualTo(late - slack(late));
      assertThat(cell.sockets()).as("sockets of %s", cell).isLessThanOrEqualTo(sockets);
      assertThat(cell.flows()).as("flows of %s", cell).isLessThan(1024);
    }
  }
}
