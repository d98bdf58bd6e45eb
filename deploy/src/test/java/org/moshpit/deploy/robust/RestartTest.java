package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Session;

/**
 * A box whose agent or mosh-server ends, and a link that dies. One lab for all, and each test
 * leaves a box that is online to the next.
 */
@Tag("lab")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestartTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private static Lab lab;
  private static ProcessHandle agent;
  private static Path log;

  @BeforeAll
  static void makeLab() {
    lab = Lab.populated("home", "cgnat");
    agent = lab.agent("box");
    log = lab.box().home().resolve("agent.log");
  }

  @AfterAll
  static void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Order(1)
  void aKilledMoshServerIsSaidAtTheLaptopAtOnce() throws IOException {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      long server = onlySession().path("pid").asLong();
      ProcessHandle.of(server).orElseThrow().destroyForcibly();
      int exit = session.terminal().awaitExit(Duration.ofSeconds(10));
      String screen = session.terminal().screen();
      assertThat(screen)
          .containsOnlyOnce("agent: the session on box is over: mosh-server has ended")
          .doesNotContain("Exception");
      assertThat(exit).isNotZero();
      await().untilAsserted(() -> assertThat(status().path("sessions")).isEmpty());
    }
  }

  @Test
  @Order(2)
  void aMoshServerThatEndsByItselfNeedsNoWord() throws IOException {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      long server = onlySession().path("pid").asLong();
      ProcessHandle.of(server).orElseThrow().destroy();
      assertThat(session.terminal().awaitExit(Duration.ofSeconds(10))).isZero();
      assertThat(session.terminal().screen()).doesNotContain("is over:", "Exception");
      await().untilAsserted(() -> assertThat(status().path("sessions")).isEmpty());
    }
  }

  @Test
  @Order(3)
  void anAgentKilledMidSessionTakesItUpAgain() throws IOException {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      session.awaitPath("direct", LONG);
      JsonNode before = onlySession();
      for (boolean forcibly : new boolean[] {true, false}) {
        end(forcibly);
        assertThat(ProcessHandle.of(before.path("pid").asLong())).isPresent();
        start();
        session.terminal().type("echo back-$((40+2))-" + forcibly + "\n");
        session.terminal().awaitText("back-42-" + forcibly, LONG);
        session.awaitPath("direct", LONG);
        session.expectEcho();
        JsonNode after = onlySession();
        for (String member : new String[] {"id", "user", "peer", "pid", "port", "since"}) {
          assertThat(after.path(member)).as(member).isEqualTo(before.path(member));
        }
        assertThat(after.path("path").asText()).isEqualTo("direct");
      }
      assertThat(session.exit()).isZero();
    }
    await().untilAsserted(() -> assertThat(status().path("sessions")).isEmpty());
    assertThat(lab.box().home().resolve(".local/state/moshpit/sessions")).isEmptyDirectory();
  }

  /** The mosh-server that ends while no agent looks: the next agent knows that it has. */
  @Test
  @Order(4)
  void aMoshServerThatEndsWhileTheAgentIsAwayIsSaid() throws IOException {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      long server = onlySession().path("pid").asLong();
      end(true);
      ProcessHandle.of(server).orElseThrow().destroyForcibly();
      start();
      session.terminal().awaitExit(LONG);
      assertThat(session.terminal().screen())
          .contains("agent: the session on box is over: its mosh-server is gone");
    }
    assertThat(lab.box().home().resolve(".local/state/moshpit/sessions")).isEmptyDirectory();
  }

  @Test
  @Order(5)
  void aDeadLinkIsNoticedWithinAMinuteAndTheNewerLoginTakesOver() throws IOException {
    String connection = lab.box().root("ss", "-H", "-t", "-n", "state", "established");
    String port = connection.strip().replaceFirst("(?s)\\S+\\s+\\S+\\s+\\S+:(\\d+)\\s.*", "$1");
    int logins = logins();
    long before = since();
    try (Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      session.awaitPath("direct", LONG);
      // no end of the connection hears of this: neither a reset nor a closed port
      lab.box()
          .root(
              "nft",
              "add table inet cut; "
                  + "add chain inet cut out { type filter hook output priority 0; }; "
                  + "add chain inet cut in { type filter hook input priority 0; }; "
                  + "add rule inet cut out tcp sport PORT drop; ".replace("PORT", port)
                  + "add rule inet cut in tcp dport PORT drop".replace("PORT", port));
      try {
        await().atMost(Duration.ofMinutes(1)).until(() -> logins() > logins);
      } finally {
        lab.box().root("nft", "delete table inet cut");
      }
      assertThat(Files.readString(log)).contains("no link to the rendezvous");
      await().atMost(LONG).until(() -> online());
      assertThat(since()).isGreaterThanOrEqualTo(before);
      session.expectEcho();
      assertThat(session.paths()).endsWith("direct");
      assertThat(session.exit()).isZero();
    }
  }

  private static void end(boolean forcibly) {
    if (forcibly) {
      agent.destroyForcibly();
    } else {
      agent.destroy();
    }
    await().atMost(LONG).until(() -> !agent.isAlive());
  }

  private static void start() {
    Host.Running running = lab.box().start("agent", "run");
    agent = running.process().toHandle();
    log = running.log();
  }

  private static JsonNode status() throws IOException {
    return new ObjectMapper().readTree(lab.box().output("agent", "status", "--json"));
  }

  private static JsonNode onlySession() throws IOException {
    JsonNode sessions = status().path("sessions");
    assertThat(sessions).hasSize(1);
    return sessions.get(0);
  }

  private static int logins() throws IOException {
    return Files.readString(log).split("registered at the rendezvous", -1).length - 1;
  }

  private static JsonNode known() throws IOException {
    String state = lab.rendezvous().home().resolve("state").toString();
    String all = lab.rendezvous().output("rendezvous-server", "agents", "--json", "--state", state);
    for (JsonNode one : new ObjectMapper().readTree(all)) {
      if (one.path("name").asText().equals("box")) {
        return one;
      }
    }
    throw new AssertionError(all);
  }

  private static boolean online() throws IOException {
    return known().path("online").asBoolean();
  }

  private static long since() throws IOException {
    return java.time.Instant.parse(known().path("since").asText()).toEpochMilli();
  }
}
