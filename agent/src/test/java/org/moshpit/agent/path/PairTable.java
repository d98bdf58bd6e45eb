package org.moshpit.agent.path;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NetworkConditions;

/**
 * The table of every pair of NATs: how many of so many simulated connects became direct, and how
 * soon. 100 ms round trip, 1 % loss. {@code main [seeds] [first seed] [kind]…} prints it, of the
 * kinds named or of all.
 */
final class PairTable {
  private static final Duration LIMIT = Duration.ofSeconds(9);

  private PairTable() {}

  /** What a number of connects came to. */
  record Cell(Access laptop, Access box, List<PairRun> runs) {
    @Override
    public String toString() {
      List<String> reasons =
          runs.stream().filter(r -> r.millis() < 0).map(PairRun::reason).distinct().toList();
      return laptop + " × " + box + ", not direct because: " + reasons;
    }

    double within(long millis) {
      long good = runs.stream().filter(r -> r.millis() >= 0 && r.millis() <= millis).count();
      return 100.0 * good / runs.size();
    }

    long percentile(double p) {
      List<Long> times = runs.stream().map(PairRun::millis).filter(m -> m >= 0).sorted().toList();
      return times.isEmpty() ? -1 : times.get((int) Math.min(times.size() - 1, times.size() * p));
    }

    int flows() {
      return runs.stream().mapToInt(PairRun::flows).max().orElse(0);
    }

    int sockets() {
      return runs.stream().mapToInt(PairRun::sockets).max().orElse(0);
    }
  }

  static Cell cell(Access laptop, Access box, int seeds, long first) {
    List<PairRun> runs = new ArrayList<>();
    for (int i = 0; i < seeds; i++) {
      runs.add(PairRun.of(first + i, laptop, box, NetworkConditions.ordinary(), LIMIT));
    }
    return new Cell(laptop, box, runs);
  }

  public static void main(String[] args) {
    try {
      print(args);
    } catch (AssertionError broken) {
      System.err.println("nat-table: an invariant does not hold: " + broken.getMessage());
      System.exit(1);
    }
  }

  private static void print(String[] args) {
    int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 100;
    long first = args.length > 1 ? Long.parseLong(args[1]) : 1;
    List<Access> kinds =
        args.length > 2
            ? Arrays.stream(args)
                .skip(2)
                .map(k -> Access.valueOf(k.toUpperCase(Locale.ROOT)))
                .toList()
            : List.of(Access.values());
    System.out.printf(
        "%d connects of each pair, seeds from %d, 100 ms round trip, 1 %% loss%n", seeds, first);
    System.out.printf(
        "%-16s %-16s %7s %7s %7s %7s %7s %7s %6s %6s%n",
        "laptop", "box", "1 s", "1.5 s", "3 s", "6 s", "median", "99 %", "flows", "socks");
    for (Access laptop : kinds) {
      for (Access box : kinds) {
        Cell cell = cell(laptop, box, seeds, first);
        System.out.printf(
            Locale.ROOT,
            "%-16s %-16s %6.1f%% %6.1f%% %6.1f%% %6.1f%% %7d %7d %6d %6d%n",
            laptop.name().toLowerCase(Locale.ROOT),
            box.name().toLowerCase(Locale.ROOT),
            cell.within(1000),
            cell.within(1500),
            cell.within(3000),
            cell.within(6000),
            cell.percentile(0.5),
            cell.percentile(0.99),
            cell.flows(),
            cell.sockets());
      }
    }
    System.out.println("Invariants " + Invariants.sum());
  }
}
