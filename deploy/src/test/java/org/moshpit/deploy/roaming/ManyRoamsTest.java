package org.moshpit.deploy.roaming;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One session that hardly ever stays where it is: the laptop moves from network to network, now and
 * then the box does, or a router restarts, while the NATs forget a flow within seconds. The seed is
 * {@code -Dmoshpit.seed}, the number of roams {@code -Dmoshpit.roams}.
 */
@Tag("lab")
@Tag("alone")
class ManyRoamsTest {
  private static final boolean LONG = Boolean.getBoolean("moshpit.long");
  private static final int ROAMS = Integer.getInteger("moshpit.roams", LONG ? 1_000 : 25);
  private static final long SEED = Long.getLong("moshpit.seed", 1);

  private static final List<String> KINDS =
      List.of("cgnat", "random", "sequential", "eif", "home+cgnat", "udp-blocked");

  @Test
  void oneSessionSurvivesThemAll() throws IOException {
    System.out.println("roams: " + ROAMS + ", seed " + SEED);
    SplittableRandom random = new SplittableRandom(SEED);
    String[] more = new String[2 * KINDS.size() + 2];
    for (int i = 0; i < KINDS.size(); i++) {
      more[2 * i] = "--host";
      more[2 * i + 1] = "net" + i + "=" + KINDS.get(i) + "@" + (2 + i % 3);
    }
    more[2 * KINDS.size()] = "--udp-timeout";
    more[2 * KINDS.size() + 1] = "3";
    try (Roaming world = new Roaming("home", "cgnat", more);
        Typist typist = world.typist()) {
      for (int roam = 1; roam <= ROAMS; roam++) {
        switch (random.nextInt(8)) {
          case 0 -> world.change("reboot", random.nextBoolean() ? "laptop" : "box");
          case 1 -> world.change("move", "box", random.nextBoolean() ? "box" : "net0");
          default -> world.change("move", "laptop", "net" + random.nextInt(KINDS.size()));
        }
        long since = System.nanoTime();
        if (random.nextInt(4) != 0) {
          typist.awaitEcho(since, Duration.ofSeconds(20));
        }
      }
      world.change("move", "laptop", "laptop");
      world.recovers(typist, "after " + ROAMS + " roams", System.nanoTime());
      world.finish(typist);
    }
  }
}
