package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.lab.Terminal;
import org.moshpit.deploy.session.Session;

/** Many at once, the same box twice, wrong clocks, IPv6 alone. One lab for all. */
@Tag("lab")
@Tag("alone")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TogetherTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int MANY = 6;

  private static Lab lab;
  private static ProcessHandle agent;
  private static Path log;

  @BeforeAll
  static void makeLab() {
    lab = Lab.populated("none", "none");
    agent = lab.agent("box");
    log = lab.box().home().resolve("agent.log");
  }

  @AfterAll
  static void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  /** The first takes the warm socket; whoever comes before there is another gets one of its own. */
  @Test
  @Order(1)
  void manyAtOnceAreAllAnswered() throws IOException {
    List<Terminal> terminals = new ArrayList<>();
    ExecutorService starters = Executors.newFixedThreadPool(MANY);
    Path home = lab.laptop().home();
    try {
      List<CompletableFuture<Terminal>> starting = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        // as many laptops would not take the box its processor: here they come after it
        String[] command = {
          "nice",
          "-n",
          "19",
          "agent",
          "connect",
          "--events",
          home.resolve("many-" + i).toString(),
          "--host-key",
          lab.hostKey("box"),
          "box"
        };
        starting.add(CompletableFuture.supplyAsync(() -> lab.laptop().terminal(command), starters));
      }
      starting.forEach(one -> terminals.add(one.join()));
      terminals.forEach(one -> one.awaitText("demo@box", Duration.ofSeconds(60)));
      Set<String> ids = new HashSet<>();
      for (int i = 0; i < MANY; i++) {
        ids.add(
            Files.readString(home.resolve("many-" + i))
                .replaceFirst("(?s).*\"session\":\\s*\"([0-9a-f]+)\".*", "$1"));
      }
      assertThat(ids).hasSize(MANY).allMatch(id -> id.matches("[0-9a-f]+"));
      Set<Integer> ports = new HashSet<>();
      for (JsonNode one : status().path("sessions")) {
        ports.add(one.path("port").asInt());
      }
      assertThat(ports).hasSize(MANY).allMatch(port -> port >= 60001 && port <= 60999);
      terminals.forEach(one -> one.type("exit\n"));
      terminals.forEach(one -> assertThat(one.awaitExit(LONG)).isZero());
      await().atMost(LONG).untilAsserted(() -> assertThat(status().path("sessions")).isEmpty());
    } finally {
      starters.shutdownNow();
      terminals.forEach(Terminal::close);
    }
  }

  @Test
  @Order(2)
  void clocksADayApartDoNotMatter() throws IOException {
    end();
    Path skew = lab.box().home().resolve("skew.so");
    String source = Shell.repository().resolve("deploy/lab/skew.c").toString();
    Shell.run(List.of("cc", "-shared", "-fPIC", "-o", skew.toString(), source), "").orFail();
    String preload = "LD_PRELOAD=" + skew;
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    start("env", preload, "SKEW_SECONDS=86400", "agent", "run");
    awaitRegistered();
    // it may have been midnight meanwhile
    assertThat(Files.readString(log).substring(0, 11))
        .isIn(today.plusDays(1) + "T", today.plusDays(2) + "T");
    // STUN was answered in spite of it
    await().atMost(LONG).until(() -> !known("box").path("observed").isNull());
    Path events = lab.laptop().home().resolve("events-clock");
    Path there = Files.copy(skew, lab.laptop().home().resolve("skew.so"));
    try (Terminal terminal =
        lab.laptop()
            .terminal(
                "env",
                "LD_PRELOAD=" + there,
                "SKEW_SECONDS=-86400",
                "agent",
                "connect",
                "--events",
                events.toString(),
                "--host-key",
                lab.hostKey("box"),
                "box")) {
      terminal.awaitText("demo@box", LONG);
      terminal.type("echo $((40+2))-over\n");
      terminal.awaitText("42-over");
      await().atMost(LONG).until(() -> Files.readString(events).contains("\"path\":\"direct\""));
      terminal.type("exit\n");
      assertThat(terminal.awaitExit(LONG)).isZero();
    }
    end();
    start("agent", "run");
    awaitRegistered();
  }

  @Test
  @Order(3)
  void ofTwoAgentsWithOneKeyTheNewestWins() throws IOException {
    Path copy = lab.box().home().resolve("copy");
    lab.box().output("sh", "-c", "umask 077; mkdir copy; cp -a .config/moshpit copy/config");
    String[] dirs = {"--config-dir", copy + "/config", "--state-dir", copy + "/state"};
    Host.Running newer = lab.box().start("agent", dirs[0], dirs[1], dirs[2], dirs[3], "run");
    await().atMost(LONG).until(() -> newer.output().contains("registered at the rendezvous"));
    await()
        .atMost(LONG)
        .until(
            () ->
                Files.readString(log)
                    .lines()
                    .anyMatch(
                        line ->
                            line.contains("another agent logged in with this agent's name and key")
                                && line.matches(".* retryInMillis=[3-9]\\d{5}\\b.*")));
    assertThat(status().path("registered").asBoolean()).isFalse();
    try (Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      String there =
          lab.box().output("agent", dirs[0], dirs[1], dirs[2], dirs[3], "status", "--json");
      assertThat(new ObjectMapper().readTree(there).path("sessions")).hasSize(1);
      assertThat(status().path("sessions")).isEmpty();
      assertThat(session.exit()).isZero();
    }
    assertThat(newer.output()).doesNotContain("another agent logged in");
    newer.terminate();
    await().atMost(LONG).until(() -> !newer.alive());
    assertThat(newer.process().exitValue()).isZero();
  }

  @Test
  @Order(4)
  void aRendezvousOnIpv6Alone() throws IOException {
    Host host = lab.laptop();
    Host.Running server =
        host.start(
            "rendezvous-server",
            "run",
            "--state",
            "six",
            "--listen",
            "[::1]:5000",
            "--public-address",
            "::1");
    await().atMost(LONG).until(() -> server.output().contains("is ready"));
    host.output("sh", "-c", "umask 077; cp .ssh/id_ed25519.pub .ssh/authorized_keys");
    String box = host.output("rendezvous-server", "invite", "--state", "six", "--name", "six");
    assertThat(box).startsWith("moshpit://[::1]:5000/?pin=sha256:");
    String[] boxDirs = {"--config-dir", "six-box", "--state-dir", "six-state"};
    String enrolled =
        host.output("agent", "enroll", box, boxDirs[0], boxDirs[1], boxDirs[2], boxDirs[3]);
    String key = enrolled.replaceFirst("(?s).*(SHA256:[A-Za-z0-9+/]+).*", "$1");
    Host.Running run = host.start("agent", "run", boxDirs[0], boxDirs[1], boxDirs[2], boxDirs[3]);
    String laptop =
        host.output(
            "rendezvous-server", "invite", "--state", "six", "--name", "lap", "--sees", "six");
    host.output("agent", "enroll", laptop, "--config-dir", "six-lap");
    await().atMost(LONG).until(() -> run.output().contains("registered at the rendezvous"));
    try (Terminal terminal =
        host.terminal("agent", "connect", "--config-dir", "six-lap", "--host-key", key, "six")) {
      terminal.awaitText("demo@", LONG);
      terminal.type("echo $((40+2))-over\n");
      terminal.awaitText("42-over");
      terminal.type("exit\n");
      assertThat(terminal.awaitExit(LONG)).isZero();
    }
    assertThat(server.output() + run.output()).doesNotContain("Exception");
    for (Host.Running one : List.of(run, server)) {
      one.terminate();
      await().atMost(LONG).until(() -> !one.alive());
      assertThat(one.process().exitValue()).isZero();
    }
  }

  private static void end() {
    agent.destroy();
    await().atMost(LONG).until(() -> !agent.isAlive());
  }

  private static void start(String... command) {
    Host.Running running = lab.box().start(command);
    agent = running.process().toHandle();
    log = running.log();
  }

  private static void awaitRegistered() {
    await()
        .atMost(LONG)
        .until(() -> Files.readString(log).contains("registered at the rendezvous"));
  }

  private static JsonNode status() throws IOException {
    return new ObjectMapper().readTree(lab.box().output("agent", "status", "--json"));
  }

  private static JsonNode known(String name) throws IOException {
    String state = lab.rendezvous().home().resolve("state").toString();
    String all = lab.rendezvous().output("rendezvous-server", "agents", "--json", "--state", state);
    for (JsonNode one : new ObjectMapper().readTree(all)) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError(all);
  }
}
