package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;

/**
 * Many sessions on one box, which end in every way there is; afterwards nothing is left of them: no
 * mosh-server, socket, record, and no file or thread more at the agent than before. The number is
 * {@code -Dmoshpit.sessions=N}, or a thousand with {@code -Dmoshpit.long=true}.
 */
@Tag("lab")
class ManySessionsTest {
  private static final int COUNT =
      Integer.getInteger("moshpit.sessions", Boolean.getBoolean("moshpit.long") ? 1000 : 24);
  private static final int AT_ONCE = 4;
  private static final Duration LONG = Duration.ofSeconds(60);

  /** How a session ends. */
  private enum End {
    /** The shell ends. */
    EXIT,
    /** The laptop's programs are killed, and it is heard no more: until the time set has passed. */
    LAPTOP_KILLED,
    /** The same, and somebody on the box ends the session. */
    LAPTOP_KILLED_AND_SESSION,
    /** {@code agent kill}. */
    SESSION_KILLED,
    /** mosh-server is killed with -9. */
    SERVER_KILLED,
    /** mosh-server is told to end. */
    SERVER_TOLD
  }

  @Test
  void nothingIsLeftOfThem() throws IOException {
    try (Lab lab = Lab.populated("none", "none")) {
      Box box = new Box(lab);
      // what loads its classes and opens its files once has done so
      box.batch(List.of(End.EXIT, End.SESSION_KILLED, End.SERVER_KILLED, End.SERVER_TOLD));
      box.awaitNone();
      Held before = box.held();
      for (int begun = 0; begun < COUNT; begun += AT_ONCE) {
        List<End> ends = new ArrayList<>();
        for (int i = begun; i < Math.min(COUNT, begun + AT_ONCE); i++) {
          ends.add(End.values()[i % End.values().length]);
        }
        box.batch(ends);
      }
      box.awaitNone();
      // a pool's thread may still be there from the last of them
      await().atMost(LONG).untilAsserted(() -> assertNoMore(before, box.held()));
      Held after = box.held();
      assertThat(lab.laptop().run("pgrep", "-x", "-u", "demo", "mosh-client").exit()).isEqualTo(1);
      assertThat(box.log()).doesNotContain("Exception", "ERROR");
      assertThat(box.log().split("nothing was heard of the laptop for 1 minute", -1).length - 1)
          .as("abandoned")
          .isGreaterThanOrEqualTo(COUNT / End.values().length);
      System.out.println(COUNT + " sessions: before " + before + ", after " + after);
    }
  }

  private static void assertNoMore(Held before, Held after) {
    assertThat(after.servers()).isEmpty();
    assertThat(after.records()).isEmpty();
    assertThat(after.udpSockets()).isEqualTo(before.udpSockets());
    assertThat(after.files()).isLessThanOrEqualTo(before.files());
    assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
  }

  /** What is left of sessions at the box, and what its agent holds. */
  private record Held(
      List<String> servers, List<String> records, int udpSockets, int files, int threads) {}

  private static final class Box {
    private final Lab lab;
    private final Host.Running agent;

    Box(Lab lab) {
      this.lab = lab;
      ProcessHandle first = lab.agent("box");
      first.destroy();
      await().atMost(LONG).until(() -> !first.isAlive());
      agent =
          lab.box()
              .start("agent", "run", "--session-timeout", "60s", "--max-sessions-per-user", "256");
      await().atMost(LONG).until(() -> log().contains("registered at the rendezvous"));
    }

    String log() {
      return agent.output();
    }

    /** Opens a session for each, and ends it so. */
    void batch(List<End> ends) throws IOException {
      Set<String> known = new HashSet<>();
      sessions().forEach(one -> known.add(one.path("id").asText()));
      List<Host.Running> laptops = new ArrayList<>();
      for (int i = 0; i < ends.size(); i++) {
        laptops.add(connect(ends.get(i)));
      }
      List<Host.Running> open = new ArrayList<>(laptops);
      await()
          .atMost(LONG)
          .until(
              () -> {
                open.removeIf(laptop -> laptop.output().contains("begun"));
                return open.isEmpty();
              });
      for (int i = 0; i < ends.size(); i++) {
        end(ends.get(i), laptops.get(i));
      }
      await().atMost(LONG).until(() -> laptops.stream().noneMatch(Host.Running::alive));
    }

    /** A session of which the laptop's terminal tells mosh-server's process id. */
    private Host.Running connect(End end) {
      String remote =
          end == End.EXIT ? "echo begun $PPID; sleep 1" : "echo begun $PPID; exec sleep 10000";
      String connect =
          "stty rows 24 cols 80; exec agent connect --host-key "
              + lab.hostKey("box")
              + " box -- sh -c '"
              + remote
              + "'";
      // script(1) makes the terminal, though without a size
      return lab.laptop().start("script", "-qefc", connect, "/dev/null");
    }

    private void end(End end, Host.Running laptop) throws IOException {
      long server = server(laptop);
      switch (end) {
        case EXIT -> {
          // by itself
        }
        case LAPTOP_KILLED -> killLaptop(laptop);
        case LAPTOP_KILLED_AND_SESSION -> {
          killLaptop(laptop);
          // it takes ten seconds to be gone: mosh-server waits for a client that does not answer
          lab.box().start("agent", "kill", session(server));
        }
        case SESSION_KILLED -> lab.box().start("agent", "kill", session(server));
        case SERVER_KILLED -> ProcessHandle.of(server).orElseThrow().destroyForcibly();
        case SERVER_TOLD -> ProcessHandle.of(server).orElseThrow().destroy();
        default -> throw new AssertionError(end);
      }
    }

    private static long server(Host.Running laptop) {
      return Long.parseLong(laptop.output().replaceFirst("(?s).*begun (\\d+).*", "$1"));
    }

    private static void killLaptop(Host.Running laptop) {
      List<ProcessHandle> all = laptop.process().toHandle().descendants().toList();
      all.forEach(ProcessHandle::destroyForcibly);
      laptop.kill();
    }

    private String session(long server) throws IOException {
      for (JsonNode one : sessions()) {
        if (one.path("pid").asLong() == server) {
          return one.path("id").asText();
        }
      }
      throw new AssertionError("no session of mosh-server " + server + ": " + sessions());
    }

    private JsonNode sessions() throws IOException {
      return new ObjectMapper().readTree(lab.box().output("agent", "sessions", "--json"));
    }

    /** The abandoned ones last: a minute, and ten seconds to be gone. */
    void awaitNone() {
      await().atMost(Duration.ofMinutes(2)).until(() -> sessions().isEmpty());
      // threads that blocked end when they had nothing to do for some seconds
      await().atMost(LONG).until(() -> !threads().contains("agent-blocking"));
      await().atMost(LONG).until(() -> !threads().contains("agent-launching"));
    }

    private List<String> threads() throws IOException {
      try (Stream<Path> tasks = Files.list(proc("task"))) {
        List<String> names = new ArrayList<>();
        for (Path task : tasks.toList()) {
          name(task).ifPresent(names::add);
        }
        // the kernel keeps fifteen characters, and the number is among those that are cut off
        return names;
      }
    }

    private static Optional<String> name(Path task) {
      try {
        return Optional.of(
            Files.readString(task.resolve("comm")).strip().replaceFirst("-\\d*$", ""));
      } catch (IOException e) {
        // it ended meanwhile
        return Optional.empty();
      }
    }

    private Path proc(String what) {
      return Path.of("/proc", Long.toString(agent.process().pid()), what);
    }

    Held held() throws IOException {
      List<String> servers =
          lab.box().run("pgrep", "-x", "-u", "demo", "mosh-server").out().lines().toList();
      try (Stream<Path> records =
              Files.list(lab.box().home().resolve(".local/state/moshpit/sessions"));
          Stream<Path> files = Files.list(proc("fd"))) {
        return new Held(
            servers,
            records.map(file -> file.getFileName().toString()).toList(),
            (int) lab.box().root("ss", "-H", "-u", "-a", "-n").lines().count(),
            (int) files.count(),
            threads().size());
      }
    }
  }
}
