package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Terminal;

/** Whatever is killed, whenever: the terminal is usable, nothing is left over for ever. */
@Tag("lab")
class KillTest {
  private Lab lab;

  @BeforeEach
  void makeLab() {
    lab = Lab.populated("home", "cgnat");
  }

  @AfterEach
  void endLab() {
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
      long server = new ObjectMapper().readTree(status).at("/sessions/0/pid").asLong();
      String environment = Files.readString(Path.of("/proc/" + server + "/environ"));
      assertThat(environment.split("\0")).contains("MOSH_SERVER_NETWORK_TMOUT=604800");
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
    for (ProcessHandle daemon : List.of(lab.agent("box"), lab.rendezvousServer())) {
      daemon.destroy();
      await().atMost(Duration.ofSeconds(10)).until(() -> !daemon.isAlive());
    }
    for (Host host : List.of(lab.box(), lab.rendezvous())) {
      assertThat(host.output("find", ".", "-name", "*.sock")).isEmpty();
      assertThat(host.output("sh", "-c", "cat *.log")).doesNotContain("Exception");
    }
  }

  private String savedSettings;

  /** A shell in a terminal, in which a session to the box is on the screen. */
  private Terminal shellWithSession() {
    Terminal terminal = lab.laptop().terminal("bash", "--norc", "-i");
    terminal.awaitText("$");
    terminal.type("PS1='local> '\n");
    terminal.awaitText("\nlocal>");
    // what the shell leaves to its programs, not its own line editing
    terminal.type("echo settings=$(stty -g | cksum)=\n");
    terminal.awaitText("=\nlocal>");
    savedSettings = terminal.screen().replaceFirst("(?s).*settings=([0-9 ]+)=.*", "$1");
    terminal.type("agent connect --host-key " + lab.hostKey("box") + " box\n");
    terminal.awaitText("demo@box", Duration.ofSeconds(20));
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
