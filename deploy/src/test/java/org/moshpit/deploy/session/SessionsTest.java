package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.moshpit.agent.mosh.RunningProcess;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;

/** {@code agent sessions} and {@code agent kill} on the box, and what the laptop hears of it. */
@Tag("lab")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SessionsTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private static Lab lab;
  private static ProcessHandle agent;

  @BeforeAll
  static void makeLab() {
    lab = Lab.populated("home", "cgnat");
    agent = lab.agent("box");
  }

  @AfterAll
  static void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  /** A mosh-server that ends by itself is missed within two seconds. */
  @BeforeEach
  void awaitTheEndOfThoseBefore() {
    await().atMost(LONG).ignoreExceptions().until(() -> sessions().isEmpty());
  }

  @Test
  @Order(1)
  void withoutSessionsItIsOneSentence() {
    assertThat(lab.box().output("agent", "sessions")).isEqualTo("No sessions.");
    assertThat(lab.box().output("agent", "sessions", "--json")).isEqualTo("[]");
    Shell.Result unknown = lab.box().run("agent", "kill", "5f");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err())
        .isEqualTo("agent: there is no session 5f; agent sessions lists those there are\n");
  }

  @Test
  @Order(2)
  void aSessionIsListedAndEndedByTheBeginningOfItsName() throws IOException {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      JsonNode one = only(sessions());
      assertThat(one.path("user").asText()).isEqualTo("demo");
      assertThat(one.path("peer").asText()).isEqualTo("laptop");
      assertThat(one.path("key").asText()).isEqualTo(fingerprint());
      assertThat(one.path("path").asText()).isIn("direct", "relay");
      Instant heard = Instant.parse(one.path("heard").asText());
      assertThat(heard).isBetween(Instant.now().minusSeconds(10), Instant.now().plusSeconds(1));
      assertThat(Duration.between(heard, Instant.parse(one.path("ends").asText())))
          .isEqualTo(Duration.ofDays(7));
      long server = one.path("pid").asLong();
      assertThat(RunningProcess.of(server)).isPresent();

      String id = one.path("id").asText();
      List<String> table = lab.box().output("agent", "sessions").lines().toList();
      assertThat(table).hasSize(2);
      assertThat(table.get(0))
          .matches("SESSION +USER +FROM +PATH +SINCE +HEARD +KEPT UNTIL +PORT +PID");
      assertThat(table.get(1)).startsWith(id.substring(0, 8) + "  demo  laptop  ");

      assertThat(lab.box().output("agent", "kill", id.substring(0, 4)))
          .isEqualTo("Session " + id + " of demo from laptop is ended.");
      assertThat(RunningProcess.of(server)).isEmpty();
      session.terminal().awaitExit(Duration.ofSeconds(15));
      assertThat(session.terminal().screen())
          .containsOnlyOnce("agent: the session on box is over: demo ended it on the box")
          .doesNotContain("Exception");
    }
    assertNothingLeft();
  }

  /** One whose port mosh-server owns, one of an agent that ran before, and one of this one. */
  @Test
  @Order(3)
  void aKeyEndsAllThatItOpened() throws IOException {
    try (Session handedOver = Session.open(lab, "--handover").awaitPrompt();
        Session early = Session.open(lab).awaitPrompt()) {
      end();
      start();
      await().atMost(LONG).until(() -> sessions().size() == 2);
      handedOver.expectEcho();
      try (Session late = Session.open(lab).awaitPrompt()) {
        late.expectEcho();
        early.terminal().type("echo back-$((40+2))\n");
        early.terminal().awaitText("back-42", LONG);
        List<Long> servers = new ArrayList<>();
        sessions().forEach(one -> servers.add(one.path("pid").asLong()));
        assertThat(servers).hasSize(3).allMatch(pid -> RunningProcess.of(pid).isPresent());

        Shell.Result other = lab.box().run("agent", "kill", "--key", "SHA256:" + "A".repeat(43));
        assertThat(other.exit()).isEqualTo(1);
        assertThat(other.err()).contains("there is no session that the key").hasLineCount(1);
        assertThat(sessions()).hasSize(3);

        assertThat(lab.box().output("agent", "kill", "--key", fingerprint())).hasLineCount(3);
        assertThat(servers).noneMatch(pid -> RunningProcess.of(pid).isPresent());
        for (Session ended : List.of(early, late)) {
          ended.terminal().awaitExit(Duration.ofSeconds(15));
          assertThat(ended.terminal().screen()).contains("is over: demo ended it on the box");
        }
        // mosh says goodbye by itself
        assertThat(handedOver.terminal().awaitExit(Duration.ofSeconds(15))).isZero();
      }
    }
    assertNothingLeft();
    // revoking is another thing: the key still stands in authorized_keys
    try (Session again = Session.open(lab).awaitPrompt()) {
      assertThat(again.exit()).isZero();
    }
  }

  /**
   * Records that do not read are said once and set aside; the others go on, and the mosh-servers of
   * those that do not are not immortal.
   */
  @Test
  @Order(4)
  void recordsThatDoNotReadDisturbNobody() throws IOException {
    try (Session lost = Session.open(lab).awaitPrompt()) {
      JsonNode gone = only(sessions());
      try (Session kept = Session.open(lab).awaitPrompt()) {
        kept.expectEcho();
        end();
        Path records = lab.box().home().resolve(".local/state/moshpit/sessions");
        Path record = records.resolve(gone.path("id").asText());
        byte[] bytes = Files.readAllBytes(record);
        Files.write(record, Arrays.copyOf(bytes, bytes.length / 2));
        Host.Running running = start();
        kept.terminal().type("echo back-$((40+2))\n");
        kept.terminal().awaitText("back-42", LONG);
        assertThat(only(sessions()).path("id").asText()).isNotEqualTo(gone.path("id").asText());
        assertThat(running.output().split("it was set aside", -1)).hasSize(2);
        String environment =
            Files.readString(Path.of("/proc/" + gone.path("pid").asLong() + "/environ"));
        assertThat(environment.split("\0")).contains("MOSH_SERVER_NETWORK_TMOUT=604860");

        end();
        running = start();
        await().atMost(LONG).until(() -> sessions().size() == 1);
        assertThat(running.output()).doesNotContain("set aside");
        assertThat(kept.exit()).isZero();
        Files.delete(records.resolve(gone.path("id").asText() + ".damaged"));
      }
      ProcessHandle.of(gone.path("pid").asLong()).orElseThrow().destroy();
    }
    assertNothingLeft();
  }

  @Test
  @Order(5)
  void withoutADaemonItIsOneSentence() {
    end();
    for (String[] command : new String[][] {{"agent", "sessions"}, {"agent", "kill", "5f"}}) {
      Shell.Result result = lab.box().run(command);
      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.err()).startsWith("agent: no agent runs here").hasLineCount(1);
    }
  }

  private static String fingerprint() {
    return lab.laptop().output("ssh-keygen", "-lf", ".ssh/id_ed25519.pub").split(" ", -1)[1];
  }

  private static JsonNode sessions() throws IOException {
    return new ObjectMapper().readTree(lab.box().output("agent", "sessions", "--json"));
  }

  private static JsonNode only(JsonNode sessions) {
    assertThat(sessions).hasSize(1);
    return sessions.get(0);
  }

  private static void assertNothingLeft() {
    await().atMost(LONG).untilAsserted(() -> assertThat(sessions()).isEmpty());
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(lab.box().home().resolve(".local/state/moshpit/sessions"))
                    .isEmptyDirectory());
  }

  private static void end() {
    agent.destroyForcibly();
    await().atMost(LONG).until(() -> !agent.isAlive());
  }

  private static Host.Running start() {
    Host.Running running = lab.box().start("agent", "run");
    agent = running.process().toHandle();
    await().atMost(LONG).until(() -> running.output().contains("registered at the rendezvous"));
    return running;
  }
}
