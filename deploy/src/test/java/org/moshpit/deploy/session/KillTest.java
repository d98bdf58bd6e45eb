package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Terminal;

/**
 * Whatever is killed, whenever: the terminal is usable, nothing is left over for ever. One lab for
 * all, with two boxes: one that sessions are opened on, and one, box2, that nobody ever gets into.
 */
@Tag("lab")
class KillTest {
  private static Lab lab;

  @BeforeAll
  static void makeLab() {
    lab = Lab.populated("home", "cgnat", "--host", "box2=none");
    try (Terminal terminal = lab.laptop().terminal("agent", "connect", "box2")) {
      // the rendezvous has its record
      terminal.awaitText("?", Duration.ofSeconds(20));
    }
    // stopped, it answers nothing, and its link stays up
    lab.host("box2").output("kill", "-s", "STOP", Long.toString(lab.agent("box2").pid()));
  }

  @AfterAll
  static void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"java, TERM", "java, KILL", "java, HUP", "mosh-client, TERM", "mosh-client, KILL"})
  void theTerminalIsUsableAgain(String program, String signal) {
    try (Terminal terminal = shellWithSession()) {
      String before = savedSettings;
      long pid = child(terminal, program).orElseThrow();
      lab.laptop().output("kill", "-s", signal, Long.toString(pid));
      await().atMost(Duration.ofSeconds(10)).until(() -> child(terminal, "mosh-client").isEmpty());
      await().atMost(Duration.ofSeconds(10)).until(() -> child(terminal, "java").isEmpty());
      await().until(() -> !terminal.alternateScreen());
      terminal.type("echo back-$((1+1))\n");
      terminal.awaitText("back-2");
      terminal.type("echo settings=$(stty -g | cksum)=\n");
      terminal.awaitText("settings=" + before + "=");
    }
  }

  /** Before there is a session: while the person is asked, and while the box is silent. */
  @ParameterizedTest
  @CsvSource({"asked, TERM", "asked, KILL", "asked, HUP", "silent, TERM", "silent, KILL"})
  void theTerminalIsUsableAgainAlsoWhileConnecting(String moment, String signal) {
    try (Terminal terminal = shell()) {
      String before = savedSettings;
      if (moment.equals("asked")) {
        terminal.type("agent connect box2\n");
        terminal.awaitText("?", Duration.ofSeconds(20));
      } else {
        terminal.type("agent connect --host-key " + lab.hostKey("box2") + " box2\n");
      }
      await().atMost(Duration.ofSeconds(10)).until(() -> child(terminal, "java").isPresent());
      long pid = child(terminal, "java").orElseThrow();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> guarded(pid) || ProcessHandle.of(pid).isEmpty());
      lab.laptop().output("kill", "-s", signal, Long.toString(pid));
      await().atMost(Duration.ofSeconds(10)).until(() -> child(terminal, "java").isEmpty());
      assertThat(child(terminal, "mosh-client")).isEmpty();
      terminal.type("echo back-$((1+1))\n");
      terminal.awaitText("back-2");
      assertThat(terminal.alternateScreen()).isFalse();
      terminal.type("clear; echo settings=$(stty -g | cksum)=\n");
      terminal.awaitText("settings=" + before + "=");
    }
  }

  @Test
  void controlCWhileConnectingEndsItWithItsOwnStatus() {
    try (Terminal terminal = shell()) {
      terminal.type("agent connect box2\n");
      terminal.awaitText("?", Duration.ofSeconds(20));
      terminal.press("C-c");
      // what is typed before it has gone would be its own
      await().atMost(Duration.ofSeconds(10)).until(() -> child(terminal, "java").isEmpty());
      terminal.type("echo status=$?=\n");
      terminal.awaitText("status=130=");
    }
  }

  /** Whether it has the guard of the terminal as a child, which is there from early on. */
  private static boolean guarded(long agent) {
    return ProcessHandle.of(agent).stream()
        .flatMap(ProcessHandle::children)
        .anyMatch(p -> p.info().command().orElse("").endsWith("sh"));
  }

  @Test
  void aClosedTerminalLeavesNothingBehindOnTheLaptop() {
    Terminal terminal = shellWithSession();
    long client = child(terminal, "mosh-client").orElseThrow();
    long agent = child(terminal, "java").orElseThrow();
    terminal.close();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ProcessHandle.of(client).isEmpty() && ProcessHandle.of(agent).isEmpty());
  }

  @Test
  void noMoshServerIsImmortal() throws IOException {
    try (Terminal terminal = shellWithSession()) {
      String status = lab.box().output("agent", "status", "--json");
      // sessions of laptops that were killed go on
      long server = 0;
      String newest = "";
      for (JsonNode session : new ObjectMapper().readTree(status).path("sessions")) {
        String since = session.path("since").asText();
        server = since.compareTo(newest) > 0 ? session.path("pid").asLong() : server;
        newest = since.compareTo(newest) > 0 ? since : newest;
      }
      String environment = Files.readString(Path.of("/proc/" + server + "/environ"));
      assertThat(environment.split("\0")).contains("MOSH_SERVER_NETWORK_TMOUT=604860");
    }
  }

  @Test
  void aSecondDaemonOnTheSameStateSaysSoAndEnds() {
    var agent = lab.box().run("agent", "run");
    assertThat(agent.exit()).isEqualTo(1);
    assertThat(agent.err()).containsIgnoringCase("another").hasLineCount(1);
    var server =
        lab.rendezvous()
            .run(
                "rendezvous-server",
                "run",
                "--state",
                lab.rendezvous().home().resolve("state").toString(),
                "--public-address",
                Lab.RENDEZVOUS);
    assertThat(server.exit()).isEqualTo(1);
    assertThat(server.err()).containsIgnoringCase("another").hasLineCount(1);
  }

  @Test
  void askedToEndTheDaemonsEndCleanly() {
    try (Lab own = Lab.populated("home", "cgnat")) {
      for (ProcessHandle daemon : List.of(own.agent("box"), own.rendezvousServer())) {
        daemon.destroy();
        await().atMost(Duration.ofSeconds(10)).until(() -> !daemon.isAlive());
      }
      for (Host host : List.of(own.box(), own.rendezvous())) {
        assertThat(host.output("find", ".", "-name", "*.sock")).isEmpty();
        assertThat(host.output("sh", "-c", "cat *.log")).doesNotContain("Exception");
      }
    }
  }

  private String savedSettings;

  /** A shell in a terminal, in which a session to the box is on the screen. */
  private Terminal shellWithSession() {
    Terminal terminal = shell();
    terminal.type("agent connect --host-key " + lab.hostKey("box") + " box\n");
    terminal.awaitText("demo@box", Duration.ofSeconds(20));
    return terminal;
  }

  /** A shell that, unlike bash, leaves the terminal's settings as a program that died left them. */
  private Terminal shell() {
    Terminal terminal = lab.laptop().terminal("dash", "-i");
    terminal.awaitText("$");
    terminal.type("PS1='local> '\n");
    terminal.awaitText("\nlocal>");
    // what the shell leaves to its programs, not its own line editing
    terminal.type("echo settings=$(stty -g | cksum)=\n");
    terminal.awaitText("=\nlocal>");
    savedSettings = terminal.screen().replaceFirst("(?s).*settings=([0-9 ]+)=.*", "$1");
    return terminal;
  }

  private static Optional<Long> child(Terminal shell, String program) {
    return ProcessHandle.of(shell.pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(p -> p.info().command().map(c -> c.endsWith("/" + program)).orElse(false))
        .map(ProcessHandle::pid)
        .findFirst();
  }
}
