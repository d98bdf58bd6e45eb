package org.moshpit.deploy.roaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many sessions of one laptop to one box while the laptop roams, routers restart and, in the first
 * third, the daemons are killed. Each round every session answers; afterwards what the daemons hold
 * has not grown, and nothing is left. {@code -Dmoshpit.soak.sessions=N} and {@code
 * -Dmoshpit.soak.minutes=N}; with {@code -Dmoshpit.long=true} fifty for an hour. {@code
 * deploy/bench/soak} makes a table of it.
 */
@Tag("lab")
class SoakTest {
  private static final boolean LONG = Boolean.getBoolean("moshpit.long");
  private static final int SESSIONS = Integer.getInteger("moshpit.soak.sessions", LONG ? 50 : 6);
  private static final int MINUTES = Integer.getInteger("moshpit.soak.minutes", LONG ? 60 : 0);

  /** A round of the long one takes a minute and a half. */
  private static final int ROUNDS = Math.max(9, MINUTES * 2 / 3);

  /**
   * From how many minutes on descriptors tell something: a link whose laptop went away is given up
   * by the rendezvous after minutes, and a session that looks for a path has more sockets.
   */
  private static final int SETTLED = 30;

  /**
   * An agent's threads for work that blocks come when there is some and end after five seconds
   * without, so any number of them may be there when they are counted.
   */
  private static final int COMING_AND_GOING = 8;

  private static final int AT_ONCE = 4;
  private static final Duration ANSWER = Duration.ofSeconds(90);
  private static final Path TABLE = Path.of("target/soak.md");

  private static final List<String> KINDS = List.of("cgnat", "eif", "udp-blocked", "home+cgnat");

  private final long begin = System.nanoTime();

  /** One round's figures. */
  private record Row(String what, double answered, Daemon.Held agent, Daemon.Held rendezvous) {
    String line(int round) {
      return "| %d | %s | %.1f | %s | %s |%n"
          .formatted(round, what, answered, held(agent), held(rendezvous));
    }

    private static String held(Daemon.Held held) {
      return "%.1f | %.1f | %d | %d"
          .formatted(held.heap() / 1024.0, held.rss() / 1024.0, held.threads(), held.files());
    }
  }

  @Test
  void whatTheDaemonsHoldDoesNotGrow() throws IOException {
    String[] more = new String[2 * KINDS.size()];
    for (int i = 0; i < KINDS.size(); i++) {
      more[2 * i] = "--host";
      more[2 * i + 1] = "net" + i + "=" + KINDS.get(i) + "@" + (2 + i % 3);
    }
    Files.deleteIfExists(TABLE);
    try (Roaming world = new Roaming("home", "cgnat", more)) {
      world.restartAgent("--max-sessions-per-user", "256");
      await().atMost(ANSWER).until(world::isRegistered);
      List<Talker> talkers = new ArrayList<>();
      while (talkers.size() < SESSIONS) {
        List<Talker> batch = new ArrayList<>();
        for (int i = 0; i < Math.min(AT_ONCE, SESSIONS - talkers.size()); i++) {
          batch.add(Talker.begin(world.lab));
        }
        // what is typed before the remote command runs is there for it when it does
        batch.forEach(one -> one.say(0));
        answered(batch, "at their beginning");
        talkers.addAll(batch);
      }
      List<Row> rows = new ArrayList<>();
      for (int round = 1; round <= ROUNDS; round++) {
        String what = change(world, round);
        long since = System.nanoTime();
        talk(talkers, round, what);
        double took = (System.nanoTime() - since) / 1e9;
        dwell(round);
        assertThat(world.sessions()).as("sessions after " + what).isEqualTo(SESSIONS);
        assertThat(world.servers()).as("mosh-servers after " + what).isEqualTo(SESSIONS);
        assertThat(records(world)).as("records after " + what).isEqualTo(SESSIONS);
        Row row =
            new Row(
                what,
                took,
                new Daemon(world.lab.box(), world.agent()).held(),
                new Daemon(world.lab.rendezvous(), world.rendezvous()).held());
        rows.add(row);
        Files.writeString(
            TABLE, row.line(round), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
      assertFlat(rows.subList(ROUNDS / 3, ROUNDS));
      talkers.forEach(Talker::hangUp);
      await().atMost(ANSWER).until(() -> talkers.stream().allMatch(Talker::isOver));
      await().atMost(ANSWER).until(() -> world.servers() == 0 && world.sessions() == 0);
      await().atMost(ANSWER).until(() -> records(world) == 0);
    }
  }

  /** Daemons die in the first third only, so that those of the rest can be compared. */
  private static String change(Roaming world, int round) {
    if (round <= ROUNDS / 3) {
      if (round % 3 == 1) {
        world.restartAgent("--max-sessions-per-user", "256");
        return "box' agent killed and started";
      }
      if (round % 3 == 2) {
        world.killRendezvous();
        world.startRendezvous();
        return "rendezvous killed and started";
      }
    }
    int turn = round % (KINDS.size() + 3);
    if (turn < KINDS.size()) {
      world.change("move", "laptop", "net" + turn);
      return "laptop moves behind " + KINDS.get(turn);
    }
    if (turn == KINDS.size()) {
      world.change("move", "laptop", "laptop");
      return "laptop comes home";
    }
    String whose = turn == KINDS.size() + 1 ? "laptop" : "box";
    world.change("reboot", whose);
    return whose + "'s router restarts, new address";
  }

  private static void talk(List<Talker> talkers, int round, String what) {
    talkers.forEach(one -> one.say(round));
    answered(talkers, "after " + what);
  }

  private static void answered(List<Talker> talkers, String when) {
    List<Talker> silent = new ArrayList<>(talkers);
    try {
      await()
          .atMost(ANSWER)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                silent.removeIf(Talker::isAnswered);
                return silent.isEmpty();
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("no answer " + when + ": " + silent, e);
    }
  }

  /** Until the round's time has come; what was left behind is given up meanwhile. */
  private void dwell(int round) {
    Duration until = Duration.ofMinutes(MINUTES).multipliedBy(round).dividedBy(ROUNDS);
    await()
        .forever()
        .pollInterval(Duration.ofMillis(200))
        .until(() -> System.nanoTime() - begin >= until.toNanos());
  }

  private static int records(Roaming world) throws IOException {
    Path where = world.lab.box().home().resolve(".local/state/moshpit/sessions");
    try (Stream<Path> files = Files.list(where)) {
      // what begins with a point is a record being written
      return (int) files.filter(file -> !file.getFileName().toString().startsWith(".")).count();
    }
  }

  private static void assertFlat(List<Row> rows) {
    assertFlat(rows, "agent", Row::agent);
    assertFlat(rows, "rendezvous", Row::rendezvous);
  }

  private static void assertFlat(List<Row> rows, String who, Function<Row, Daemon.Held> whose) {
    int third = Math.max(1, rows.size() / 3);
    List<Daemon.Held> first = rows.subList(0, third).stream().map(whose).toList();
    List<Daemon.Held> last =
        rows.subList(rows.size() - third, rows.size()).stream().map(whose).toList();
    assertThat(least(last, Daemon.Held::heap))
        .as(who + "'s heap, kB")
        .isLessThan(greatest(first, Daemon.Held::heap) * 11 / 10 + 512);
    assertThat(least(last, Daemon.Held::threads))
        .as(who + "'s threads")
        .isLessThanOrEqualTo(greatest(first, Daemon.Held::threads) + COMING_AND_GOING);
    if (MINUTES >= SETTLED) {
      assertThat(least(last, Daemon.Held::files))
          .as(who + "'s descriptors")
          .isLessThanOrEqualTo(greatest(first, Daemon.Held::files));
    }
  }

  private static int least(List<Daemon.Held> of, ToIntFunction<Daemon.Held> what) {
    return of.stream().mapToInt(what).min().orElseThrow();
  }

  private static int greatest(List<Daemon.Held> of, ToIntFunction<Daemon.Held> what) {
    return of.stream().mapToInt(what).max().orElseThrow();
  }
}
