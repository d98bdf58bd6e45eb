package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Days of a session, each from a seed: what {@link DaysFaults} does to it and what {@link
 * DaysInvariants} demands all the same. How many: {@code moshpit.days.seeds}, from {@code
 * moshpit.days.seed} on.
 */
class DaysTest {
  private static final int SEEDS = Integer.getInteger("moshpit.days.seeds", 20);
  private static final long FIRST = Long.getLong("moshpit.days.seed", 1);
  private static final Duration DAY = Duration.ofHours(24);

  /** A few shorter ones with sealed exchanges. */
  @Test
  void aSessionLivesThroughDaysWithTheRealControlMachines() {
    for (long seed = FIRST; seed < FIRST + Math.max(4, SEEDS / 20); seed++) {
      DaysRun run = DaysRun.of(seed, Duration.ofHours(6), DaysSealedExchanges::new);
      assertThat(run.exchanges()).isPositive();
    }
  }

  @Test
  void aSessionLivesThroughItsDays() throws InterruptedException, IOException {
    long begin = System.nanoTime();
    List<DaysRun> runs = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    ExecutorService pool =
        Executors.newFixedThreadPool(Math.min(4, Runtime.getRuntime().availableProcessors()));
    try {
      List<Future<DaysRun>> all =
          LongStream.range(FIRST, FIRST + SEEDS)
              .mapToObj(seed -> pool.submit(() -> DaysRun.of(seed, DAY, DaysPlainExchanges::new)))
              .toList();
      for (Future<DaysRun> run : all) {
        try {
          runs.add(run.get());
        } catch (ExecutionException e) {
          failures.add(String.valueOf(e.getCause().getMessage()));
        }
      }
    } finally {
      pool.shutdownNow();
    }
    String summary = summary(runs, failures.size(), (System.nanoTime() - begin) / 1e9);
    System.out.println(summary);
    Files.writeString(Path.of("target", "days.txt"), summary);
    assertThat(failures).as("%d of %d days", failures.size(), SEEDS).isEmpty();
  }

  private static String summary(List<DaysRun> runs, int failed, double seconds) {
    return String.format(
        Locale.ROOT,
        "%d days of 24 h, seeds from %d: %d failed; %d faults, %d changes of path, %d exchanges;%n"
            + "laptop's path direct %.1f %% of the time; %d datagrams, %d arrived with copies, chance"
            + " took %d;%n"
            + "relay kept although a direct path was possible: %.1f s at most;%n"
            + "sockets at most %d, entries held %d; %d quiet hours, %d packets in one at most;%n"
            + "%.0f s%n",
        runs.size() + failed,
        FIRST,
        failed,
        runs.stream().mapToLong(DaysRun::faults).sum(),
        runs.stream().mapToLong(DaysRun::changes).sum(),
        runs.stream().mapToLong(DaysRun::exchanges).sum(),
        100.0
            * runs.stream().mapToLong(DaysRun::directNanos).sum()
            / Math.max(1, runs.size() * DAY.toNanos()),
        runs.stream().mapToLong(DaysRun::sent).sum(),
        runs.stream().mapToLong(DaysRun::arrived).sum(),
        runs.stream().mapToLong(DaysRun::lost).sum(),
        runs.stream().mapToLong(DaysRun::longestKept).max().orElse(0) / 1e9,
        runs.stream().mapToInt(DaysRun::mostSockets).max().orElse(0),
        runs.stream().mapToInt(DaysRun::mostHeld).max().orElse(0),
        runs.stream().mapToLong(DaysRun::quietHours).sum(),
        runs.stream().mapToLong(DaysRun::mostPerHour).max().orElse(0),
        seconds);
  }
}
