package org.moshpit.rendezvous.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.rendezvous.core.AgentEntry;
import org.moshpit.rendezvous.core.Invite;
import org.moshpit.rendezvous.core.RegistryChange.PutAgent;
import org.moshpit.rendezvous.core.RegistryChange.PutInvite;
import org.moshpit.rendezvous.core.RegistrySnapshot;

/**
 * A process that enrolls one agent after the other, each together with one use of an invite, is
 * killed at random moments. Whatever it had reported is there afterwards, and no agent without its
 * use is.
 */
class RegistryKillTest {
  private static final int KILLS = 12;
  private static final int USES = 1_000_000;

  /** More than an enrollment takes. */
  private static final int MOMENTS_NANOS = 20_000_000;

  @TempDir private Path temp;

  @Test
  void nothingReportedIsLostAndNothingIsHalf() throws Exception {
    Random random = new Random();
    int reported = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      reported = Math.max(reported, runAndKill(random, 1 + random.nextInt(25)));
      RegistrySnapshot found = open();
      int agents = found.agents().size();
      assertThat(agents).isGreaterThanOrEqualTo(reported);
      assertThat(found.agents())
          .extracting(AgentEntry::name)
          .contains("box" + (agents - 1))
          .doesNotContain("box" + agents);
      assertThat(found.invites())
          .extracting(Invite::usesLeft)
          .isEqualTo(agents == 0 ? List.of() : List.of(USES - agents));
      reported = agents;
    }
    assertThat(reported).isPositive();
  }

  /** Lets a child report this many enrollments and kills it amid the next; returns the last. */
  private int runAndKill(Random random, int reports) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                temp.resolve("state").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int last = 0;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
      for (int i = 0; i < reports; i++) {
        String line = out.readLine();
        assertThat(line).as("the child's report").isNotNull();
        last = Integer.parseInt(line);
      }
      // At any moment of the next ones, not always at the beginning of one.
      long moment = System.nanoTime() + random.nextInt(MOMENTS_NANOS);
      while (System.nanoTime() - moment < 0) {
        Thread.onSpinWait();
      }
      // Not through the Process, which would close the stream with the last reports in it.
      child.toHandle().destroyForcibly();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.matches("[0-9]+")) {
          last = Math.max(last, Integer.parseInt(line));
        }
      }
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    return last;
  }

  private RegistrySnapshot open() throws StoreException {
    try (StateLock lock = StateLock.forDaemon(temp.resolve("state"));
        Registry registry = MvStoreRegistry.open(lock, RegistryContract.REALM)) {
      return registry.snapshot();
    }
  }

  /** Enrolls on until it is killed. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      OutputStream out = System.out;
      try (StateLock lock = StateLock.forDaemon(Path.of(args[0]));
          Registry registry = MvStoreRegistry.open(lock, RegistryContract.REALM)) {
        int next = registry.snapshot().agents().size();
        while (true) {
          registry.apply(
              List.of(
                  new PutAgent(RegistryContract.agent("box" + next, next)),
                  new PutInvite(RegistryContract.invite(1, USES - next - 1))));
          next++;
          out.write((next + "\n").getBytes(StandardCharsets.US_ASCII));
          out.flush();
        }
      }
    }
  }
}
