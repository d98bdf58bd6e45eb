package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.wire.Link;
import org.moshpit.deploy.lab.Shell;

/** The daemons' beginnings and ends, and the state they find, by the real launchers. */
@Tag("lab")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DaemonTest {
  @TempDir static Path directory;
  private static Launchers programs;
  private static Launchers.Running server;
  private static Launchers.Running agent;

  @BeforeAll
  static void start() throws IOException {
    programs = new Launchers(directory);
    server = programs.startRendezvous();
    programs.enroll("den");
    agent = programs.start(programs.agent("den", "run")).awaitOutput("registered at");
  }

  @AfterAll
  static void stop() {
    programs.stop();
  }

  @Test
  @Order(1)
  void aSecondDaemonOnTheSameStateSaysSoAndEnds() throws IOException {
    refused(Shell.run(programs.agent("den", "run"), ""), 1, "another agent already runs on ");
    refused(Shell.run(programs.serve(), ""), 1, "Another rendezvous-server uses");
    assertThat(agent.process().isAlive()).isTrue();
    assertThat(server.process().isAlive()).isTrue();
  }

  @Test
  @Order(2)
  void askedToEndBothEndWellAndLeaveNothingInTheWay() throws IOException {
    assertThat(agent.end()).isZero();
    assertThat(server.end()).isZero();
    assertThat(agent.output()).contains("agent ends").doesNotContain("Exception", "\tat ");
    assertThat(server.output()).contains("Stopping").doesNotContain("Exception", "\tat ");
    assertThat(programs.state("den").resolve("agent.sock")).doesNotExist();
    assertThat(programs.state().resolve("control.sock")).doesNotExist();
    server = programs.startRendezvous();
    agent = programs.start(programs.agent("den", "run")).awaitOutput("registered at");
  }

  @Test
  @Order(3)
  void killedAtOnceNothingStandsInTheWayEither() throws IOException {
    for (Launchers.Running one : List.of(agent, server)) {
      one.process().destroyForcibly();
      await().until(() -> !one.process().isAlive());
    }
    assertThat(programs.state("den").resolve("agent.sock")).exists();
    server = programs.startRendezvous();
    agent = programs.start(programs.agent("den", "run")).awaitOutput("registered at");
    assertThat(Shell.run(programs.agent("den", "status", "--json"), "").orFail())
        .contains("\"registered\":true");
  }

  @Test
  @Order(4)
  void aRendezvousThatIsAwayIsWaitedFor() throws IOException {
    int before = agent.output().split("registered at", -1).length;
    server.process().destroyForcibly();
    agent.awaitOutput("no link to the rendezvous");
    server = programs.startRendezvous();
    await()
        .atMost(Launchers.LONG)
        .until(() -> agent.output().split("registered at", -1).length > before);
  }

  @Test
  @Order(5)
  void theAgentsStateThatItCannotUse() throws IOException {
    assertThat(agent.end()).isZero();
    Path state = programs.state("den");
    Path sessions = state.resolve("sessions");
    Path damaged = sessions.resolve("00112233445566778899aabbccddeeff");
    write(damaged, "rubbish");
    Launchers.Running running =
        programs.start(programs.agent("den", "run")).awaitOutput("registered at");
    assertThat(running.output()).contains("is damaged; it was set aside").doesNotContain("\tat ");
    assertThat(damaged).doesNotExist();
    assertThat(running.end()).isZero();

    Path format = state.resolve("format");
    write(format, "moshpit-state 2\n");
    refused(Shell.run(programs.agent("den", "run"), ""), 2, "was written by a newer agent");
    write(format, "rubbish");
    refused(Shell.run(programs.agent("den", "run"), ""), 2, "is damaged");
    write(format, "moshpit-state 1\n");

    // the superuser writes through any mode, but not into the kernel's own directories
    List<String> elsewhere = programs.agent("den", "run");
    elsewhere.set(elsewhere.indexOf("--state-dir") + 1, "/proc/moshpit");
    refused(Shell.run(elsewhere, ""), 2, "/proc/moshpit");
    elsewhere.set(elsewhere.indexOf("--state-dir") + 1, format + "/below");
    refused(Shell.run(elsewhere, ""), 2, format.toString());

    agent = programs.start(programs.agent("den", "run")).awaitOutput("registered at");
  }

  @Test
  @Order(6)
  void theRendezvousStateThatItCannotUse() throws IOException {
    assertThat(server.end()).isZero();
    Path registry = programs.state().resolve("registry.mv");
    byte[] good = Files.readAllBytes(registry);
    Files.write(registry, "rubbish".repeat(1000).getBytes(StandardCharsets.US_ASCII));
    refused(Shell.run(programs.serve(), ""), 2, registry + " is damaged");
    Files.write(registry, new byte[0]);
    refused(Shell.run(programs.serve(), ""), 2, registry + " is damaged");
    Files.write(registry, good);

    List<String> elsewhere = programs.serve();
    elsewhere.set(elsewhere.indexOf("--state") + 1, "/proc/moshpit");
    refused(Shell.run(elsewhere, ""), 2, "/proc/moshpit");
    server = programs.startRendezvous();
    assertThat(programs.rendezvous("agents").orFail()).contains("den");
  }

  @Test
  @Order(7)
  void versionsWithoutOneInCommon() throws Exception {
    int newer = Link.VERSION_MAX + 1;
    try (OtherVersion other = OtherVersion.start(newer, newer + 2)) {
      refused(enroll(other), 12, "this agent is too old for the rendezvous 127.0.0.1");
    }
    try (OtherVersion other = OtherVersion.start(0, Link.VERSION_MIN - 1)) {
      refused(enroll(other), 12, "is too old for this agent; upgrade rendezvous-server");
    }
  }

  private static Shell.Result enroll(OtherVersion rendezvous) {
    return Shell.run(programs.agent("new", "enroll", rendezvous.joinUrl(), "--name", "new"), "");
  }

  private static void refused(Shell.Result ended, int exit, String words) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
    assertThat(ended.err()).contains(words).doesNotContain("Exception");
    assertThat(ended.err().lines()).hasSize(1);
    assertThat(ended.out()).isEmpty();
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }
}
