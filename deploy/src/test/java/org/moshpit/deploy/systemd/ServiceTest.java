package org.moshpit.deploy.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.lab.Terminal;

/**
 * {@code deploy/systemd/moshpit-agent.service} under a real systemd: whatever happens to the
 * service, two sessions of the user ann live on. One stays in the transient service it was started
 * as; the other's PAM stack has pam_systemd, which moves it on into a login session.
 */
@Tag("lab")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String UNIT = "moshpit-agent.service";

  private static Lab lab;
  private static Container den;
  private static String hostKey;
  private static final List<Terminal> TERMINALS = new ArrayList<>();
  private static int nonce;

  @BeforeAll
  static void bootAndInstall() throws IOException {
    lab = Lab.populated("home", "cgnat", "--host", "den=home");
    den = Container.boot(lab, "den");
    den.root("useradd", "--create-home", "--shell", "/bin/bash", "--password", "*", "ann");
    den.root("useradd", "--create-home", "--shell", "/bin/bash", "--password", "*", "bob");
    den.root("install", "-d", "-m", "700", "-o", "ann", "-g", "ann", "/home/ann/.ssh");
    den.write(
        "/home/ann/.ssh/authorized_keys",
        Files.readString(lab.laptop().home().resolve(".ssh/id_ed25519.pub")));
    den.root("chown", "ann:ann", "/home/ann/.ssh/authorized_keys");
    den.root("chmod", "600", "/home/ann/.ssh/authorized_keys");
    String state = lab.rendezvous().home().resolve("state").toString();
    String url =
        lab.rendezvous()
            .output(
                "rendezvous-server", "invite", "--state", state, "--name", "den", "--role", "box");
    String enrolled = den.runWithInput(url + "\n", "agent", "enroll", "-").orFail();
    hostKey = enrolled.replaceFirst("(?s).*(SHA256:[A-Za-z0-9+/]{43}).*", "$1");
    den.write(
        "/etc/systemd/system/" + UNIT,
        Files.readString(Shell.repository().resolve("deploy/systemd").resolve(UNIT)));
    den.root("systemctl", "daemon-reload");
    den.root("systemctl", "enable", "--now", "--quiet", UNIT);
    awaitRegistered();
  }

  @AfterAll
  static void end() {
    TERMINALS.forEach(Terminal::close);
    if (den != null) {
      den.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Order(1)
  void aSessionIsAServiceOfItsOwnOrALoginSession() throws IOException {
    den.write("/etc/pam.d/moshpit", "account required pam_unix.so\nsession required pam_unix.so\n");
    String service = groupOfAnother(sessions());
    assertThat(service).containsPattern(":/system.slice/moshpit-[0-9a-f-]{36}\\.service(\n|$)");
    den.root("rm", "/etc/pam.d/moshpit");
    String login = groupOfAnother(sessions());
    assertThat(login).containsPattern(":/user.slice/user-\\d+.slice/session-.*\\.scope(\n|$)");
    assertThat(den.root("systemctl", "show", "--property=ControlGroup", "--value", UNIT))
        .isEqualTo("/system.slice/" + UNIT);
  }

  /** Opens one more session; the control group of its mosh-server. */
  private static String groupOfAnother(JsonNode before) throws IOException {
    Terminal terminal = lab.laptop().terminal("agent", "connect", "--host-key", hostKey, "ann@den");
    TERMINALS.add(terminal);
    terminal.awaitText("ann@", Duration.ofSeconds(20));
    expectEcho(terminal);
    JsonNode after = sessions();
    assertThat(after).hasSize(before.size() + 1);
    // the oldest come first
    JsonNode session = after.get(before.size());
    assertThat(session.path("user").asText()).isEqualTo("ann");
    return den.root("cat", "/proc/" + session.path("pid").asLong() + "/cgroup");
  }

  @Test
  @Order(2)
  void aRestartOfTheServiceLeavesThemAlive() throws IOException {
    JsonNode before = sessions();
    den.root("systemctl", "restart", UNIT);
    assertRuns(before);
    awaitRegistered();
    TERMINALS.forEach(ServiceTest::expectEcho);
    assertSame(before);
  }

  @Test
  @Order(2)
  void aReloadWithAMistakeInTheSettingsFails() throws IOException {
    JsonNode before = sessions();
    String daemon = den.root("systemctl", "show", "--property=MainPID", "--value", UNIT);
    den.write("/etc/moshpit/agent.conf", "log-level = loud\n");
    Shell.Result wrong = den.run("systemctl", "reload", UNIT);
    assertThat(wrong.exit()).isNotZero();
    assertThat(wrong.err()).contains("systemctl status");
    assertThat(den.run("systemctl", "status", UNIT).out()).contains("/etc/moshpit/agent.conf:1: ");
    den.write("/etc/moshpit/agent.conf", "log-level = info\n");
    den.root("systemctl", "reload", UNIT);
    assertThat(den.root("systemctl", "show", "--property=MainPID", "--value", UNIT))
        .isEqualTo(daemon);
    assertSame(before);
  }

  @Test
  @Order(3)
  void soDoesAStopAndAStartTakesThemUp() throws IOException {
    JsonNode before = sessions();
    den.root("systemctl", "stop", UNIT);
    assertThat(den.run("systemctl", "is-active", UNIT).out().strip()).isEqualTo("inactive");
    // nothing of the agent is left but its sessions
    assertThat(den.run("pgrep", "-f", "moshpit").out()).isEmpty();
    assertRuns(before);
    Shell.Result asked = den.run("agent", "sessions");
    assertThat(asked.exit()).isEqualTo(1);
    assertThat(asked.err()).startsWith("agent: no agent runs here");
    den.root("systemctl", "start", UNIT);
    awaitRegistered();
    TERMINALS.forEach(ServiceTest::expectEcho);
    assertSame(before);
  }

  @Test
  @Order(4)
  void killedTheAgentIsStartedAgain() throws IOException {
    JsonNode before = sessions();
    String first = mainPid();
    den.root("kill", "-s", "KILL", first);
    await().atMost(LONG).until(() -> !mainPid().equals(first) && !mainPid().equals("0"));
    awaitRegistered();
    TERMINALS.forEach(ServiceTest::expectEcho);
    assertSame(before);
  }

  /** The two ask nothing of each other; the command asks both. */
  @Test
  @Order(5)
  void whoHasAnAgentOfTheirOwnSeesWhatRootsHasOfThemAllTheSame() throws IOException {
    JsonNode before = sessions();
    String state = lab.rendezvous().home().resolve("state").toString();
    String url =
        lab.rendezvous()
            .output(
                "rendezvous-server", "invite", "--state", state, "--name", "nook", "--role", "box");
    as("ann", "env", "HOME=/home/ann", "agent", "enroll", url).orFail();
    den.root("systemd-run", "--quiet", "--uid=ann", "--unit=nook", "agent", "run");
    await()
        .atMost(LONG)
        .until(
            () -> asAnn("agent", "status", "--json").path("system").path("registered").asBoolean());
    JsonNode status = asAnn("agent", "status", "--json");
    assertThat(status.path("sessions")).hasSize(2);
    JsonNode seen = asAnn("agent", "sessions", "--json");
    assertThat(seen).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(seen.get(i).path("id")).isEqualTo(before.get(i).path("id"));
    }
    String pid = den.root("systemctl", "show", "--property=MainPID", "--value", "nook.service");
    assertThat(den.root("agent", "sessions"))
        .hasLineCount(4)
        .contains(
            "Another agent runs here, whose sessions are not listed: ann's (process "
                + pid
                + ", nook.service).");
    den.root("systemctl", "stop", "nook.service");
    assertThat(den.root("agent", "sessions")).hasLineCount(3);
  }

  private static JsonNode asAnn(String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of("env", "HOME=/home/ann"));
    all.addAll(List.of(command));
    Shell.Result result = as("ann", all.toArray(String[]::new));
    return new ObjectMapper().readTree(result.out().isEmpty() ? "{}" : result.out());
  }

  @Test
  @Order(6)
  void everyUserSeesAndEndsTheirOwnAlone() throws IOException {
    String id = sessions().get(0).path("id").asText();
    assertThat(as("bob", "agent", "sessions").orFail()).isEqualTo("No sessions.");
    Shell.Result refused = as("bob", "agent", "kill", id);
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("there is no session " + id);
    assertThat(as("ann", "agent", "sessions").orFail()).contains(id.substring(0, 8), "ann");
    assertThat(as("ann", "agent", "kill", id).orFail()).contains("is ended.");
    Terminal terminal = TERMINALS.get(0);
    terminal.awaitExit(Duration.ofSeconds(15));
    assertThat(terminal.screen()).contains("the session on den is over: ann ended it on the box");
    TERMINALS.get(1).type("exit\n");
    assertThat(TERMINALS.get(1).awaitExit(Duration.ofSeconds(10))).isZero();
  }

  @Test
  @Order(7)
  void nothingIsLeft() {
    // that a mosh-server ended by itself, the agent sees every two seconds
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(den.root("agent", "sessions")).isEqualTo("No sessions."));
    assertThat(den.run("pgrep", "-x", "mosh-server").out()).isEmpty();
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(den.root("ls", "-A", "/var/lib/moshpit/sessions")).isEmpty());
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        den.root(
                            "systemctl",
                            "list-units",
                            "--all",
                            "--no-legend",
                            "--plain",
                            "moshpit-*"))
                    .hasLineCount(1)
                    .contains(UNIT));
    assertThat(den.root("journalctl", "--no-pager", "--unit", UNIT)).doesNotContain("Exception");
  }

  private static Shell.Result as(String user, String... command) {
    String[] all = new String[command.length + 4];
    System.arraycopy(new String[] {"runuser", "-u", user, "--"}, 0, all, 0, 4);
    System.arraycopy(command, 0, all, 4, command.length);
    return den.run(all);
  }

  private static void awaitRegistered() {
    await("registered; " + journal())
        .atMost(LONG)
        .until(() -> den.run("agent", "status", "--json").out().contains("\"registered\":true"));
  }

  private static String journal() {
    return den.run("journalctl", "--no-pager", "--lines=40", "--unit", UNIT).out();
  }

  private static String mainPid() {
    return den.root("systemctl", "show", "--property=MainPID", "--value", UNIT);
  }

  private static JsonNode sessions() throws IOException {
    return new ObjectMapper().readTree(den.root("agent", "sessions", "--json"));
  }

  private static void assertRuns(JsonNode sessions) {
    assertThat(sessions).hasSize(2);
    for (JsonNode session : sessions) {
      assertThat(den.root("cat", "/proc/" + session.path("pid").asLong() + "/comm"))
          .isEqualTo("mosh-server");
    }
  }

  private static void assertSame(JsonNode before) throws IOException {
    JsonNode after = sessions();
    for (int i = 0; i < before.size(); i++) {
      for (String member : new String[] {"id", "user", "peer", "pid", "port", "since"}) {
        assertThat(after.path(i).path(member)).as(member).isEqualTo(before.path(i).path(member));
      }
    }
    assertRuns(before);
  }

  private static void expectEcho(Terminal terminal) {
    nonce++;
    terminal.type("echo over-$((40+2))-" + nonce + "\n");
    terminal.awaitText("over-42-" + nonce, LONG);
  }
}
