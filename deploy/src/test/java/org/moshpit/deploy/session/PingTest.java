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
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;

/** {@code agent ping} through real NATs, and what is told of a session that stays on the relay. */
@Tag("lab")
@Tag("alone")
class PingTest {
  private static final String RELAYED = "box over the relay: [0-9.]+ ms";

  private static Shell.Result ping(Lab lab, String... more) {
    List<String> command = new ArrayList<>(List.of("agent", "ping"));
    command.addAll(List.of("--host-key", lab.hostKey("box")));
    command.addAll(List.of(more));
    return lab.laptop().run(command.toArray(String[]::new));
  }

  @Test
  void firstOverTheRelayThenDirectlyAndNothingOfItStays() throws IOException {
    try (Lab lab = Lab.populated("home", "cgnat", "--rtt", "40")) {
      Shell.Result result = ping(lab, "-c", "5", "box");

      assertThat(result.exit()).as(result.err()).isZero();
      List<String> lines = result.out().lines().toList();
      assertThat(lines).as(result.out()).hasSize(6);
      assertThat(lines.get(0)).matches(RELAYED + "   \\(looking for a direct path\\)");
      assertThat(lines.get(4)).matches("box direct 203\\.0\\.113\\.2:\\d+: [0-9.]+ ms");
      assertThat(lines.get(5))
          .matches(
              "5 round trips, [1-4] over the relay \\([0-9.]+ ms\\), [1-4] direct"
                  + " \\([0-9.]+ ms\\); direct after [0-9]\\.[0-9] s");

      assertNothingStays(lab);
      assertThat(Files.readString(lab.box().home().resolve("agent.log")))
          .contains("Accepted publickey: user=demo", " for=ping")
          .containsPattern("Accepted publickey: .* address=[0-9.]+:\\d+ source=claimed ")
          .containsPattern("path changed: .* path=direct address=[0-9.]+:\\d+ source=checked ")
          .doesNotContain("session ended");
    }
  }

  /** The box keeps neither place nor socket for it, and never had a file or a process. */
  private static void assertNothingStays(Lab lab) throws IOException {
    Path log = lab.box().home().resolve("agent.log");
    await().atMost(Duration.ofSeconds(5)).until(() -> Files.readString(log).contains("ping ended"));
    assertThat(lab.box().output("sh", "-c", "pgrep -x mosh-server -u $(id -u) || true"))
        .as("mosh-server")
        .isEmpty();
    assertThat(lab.box().output("sh", "-c", "ls .local/state/moshpit/sessions")).isEmpty();
    JsonNode status = new ObjectMapper().readTree(lab.box().output("agent", "status", "--json"));
    assertThat(status.path("sessions").isEmpty()).as(status.toString()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "random, random, this network's NAT hands out random ports, IPv6 on both networks",
    "udp-blocked, home, UDP gets no answer on this network, A firewall here",
  })
  void aPairThatStaysOnTheRelayIsToldWhyAndWhatWouldChangeThat(
      String client, String server, String why, String remedy) {
    try (Lab lab = Lab.populated(client, server)) {
      Shell.Result result = ping(lab, "-c", "5", "box");

      assertThat(result.exit()).as(result.err()).isZero();
      List<String> lines = result.out().lines().toList();
      assertThat(lines).as(result.out()).hasSize(6);
      assertThat(lines.subList(0, 5)).allMatch(line -> line.matches(RELAYED + ".*"));
      assertThat(lines.get(5))
          .matches("5 round trips, 5 over the relay \\([0-9.]+ ms\\); on the relay: .*")
          .contains(why, remedy);
    }
  }

  /** A person can type within a second of the answer, and is told why it is not direct. */
  @ParameterizedTest
  @CsvSource({
    "random, random, this network's NAT hands out random ports, IPv6 on both networks",
    "udp-blocked, udp-blocked, UDP gets no answer from the rendezvous, Its own UDP ports",
  })
  void aSessionIsThereAtOnceAndSaysWhyItIsOnTheRelay(
      String client, String server, String why, String remedy) throws IOException {
    try (Lab lab = Lab.populated(client, server);
        Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      double answered = session.events("answered").get(0).path("at").asDouble();
      JsonNode relay = session.events("path").get(0);
      assertThat(relay.path("path").asText()).isEqualTo("relay");
      assertThat(relay.path("at").asDouble() - answered).isBetween(0.0, 1.0);

      await().atMost(Duration.ofSeconds(6)).until(() -> session.events("path").size() > 1);
      JsonNode told = session.events("path").get(1);
      assertThat(told.path("reason").asText()).contains(why, remedy);
      assertThat(told.path("at").asDouble() - answered).isLessThan(4);
      JsonNode status = new ObjectMapper().readTree(lab.box().output("agent", "status", "--json"));
      assertThat(status.at("/sessions/0/path").asText()).isEqualTo("relay");
      assertThat(status.at("/sessions/0/reason").asText()).contains("would change that");
      assertThat(lab.box().output("agent", "status")).contains("would change that");
      session.terminal().type("exit\n");
      session.terminal().awaitExit(Duration.ofSeconds(20));
      assertThat(session.terminal().leftBehind()).contains("on the relay: " + why);
    }
  }

  @Test
  void whoeverIsNotLetInHearsWhatASessionWould() throws IOException {
    try (Lab lab = Lab.populated("none", "none")) {
      Instant began = Instant.now();
      Shell.Result unknown = lab.laptop().run("agent", "ping", "-c", "1", "nobody");
      assertThat(Duration.between(began, Instant.now()))
          .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(10));
      assertThat(unknown.exit()).as(unknown.err()).isEqualTo(10);
      assertThat(unknown.out()).isEmpty();

      Path keys = lab.box().home().resolve(".ssh/authorized_keys");
      String listed = Files.readString(keys);
      Files.writeString(keys, "no-pty " + listed);
      Shell.Result refused = ping(lab, "-c", "1", "box");
      assertThat(refused.exit()).as(refused.err()).isEqualTo(11);
      assertThat(refused.err()).contains("no-pty");

      Files.writeString(keys, "");
      Shell.Result unlisted = ping(lab, "-c", "1", "box");
      assertThat(unlisted.exit()).as(unlisted.err()).isEqualTo(10);
      assertThat(unlisted.err()).isEqualTo(unknown.err().replace("nobody", "box"));
    }
  }

  @Test
  void interruptedItSaysWhatThereWas() throws Exception {
    try (Lab lab = Lab.populated("none", "none")) {
      Host.Running running =
          lab.laptop().start("agent", "ping", "--host-key", lab.hostKey("box"), "box");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> running.output().lines().filter(line -> line.contains(" ms")).count() > 3);
      Shell.run(List.of("kill", "-INT", Long.toString(running.process().pid())), "").orFail();
      assertThat(running.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(running.process().exitValue()).isEqualTo(130);
      assertThat(running.output()).containsPattern("(?m)^\\d+ round trips, .*direct after");
      assertNothingStays(lab);
    }
  }

  @Test
  void killedItIsGoneFromTheBoxWithinAMinute() throws IOException {
    try (Lab lab = Lab.populated("none", "none")) {
      Host.Running running =
          lab.laptop().start("agent", "ping", "--host-key", lab.hostKey("box"), "box");
      await().atMost(Duration.ofSeconds(20)).until(() -> running.output().contains("box direct"));
      running.kill();
      Path log = lab.box().home().resolve("agent.log");
      await()
          .atMost(Duration.ofSeconds(62))
          .until(() -> Files.readString(log).contains("ping ended"));
      assertNothingStays(lab);
    }
  }
}
