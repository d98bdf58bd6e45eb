package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.config.ThisUser;

class ServerProcessTest {
  private static final int UID = (int) ThisUser.uid();
  private Process sleep;
  private RunningProcess running;

  @BeforeEach
  void start() throws IOException {
    sleep = new ProcessBuilder("sleep", "100").start();
    running = RunningProcess.of(sleep.pid()).orElseThrow();
  }

  @AfterEach
  void end() {
    sleep.destroyForcibly();
  }

  @Test
  void isSignalledAsItsUser() throws InterruptedException {
    ServerProcess server = new ServerProcess(running, UID);
    assertThat(server.alive()).isTrue();
    server.terminate();
    assertThat(sleep.waitFor()).isEqualTo(128 + 15);
    assertThat(server.alive()).isFalse();
  }

  @Test
  void anotherUsersProcessIsNotIt() throws InterruptedException {
    ServerProcess server = new ServerProcess(running, UID + 1);
    assertThat(server.alive()).isFalse();
    server.terminate();
    server.kill();
    assertThat(sleep.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
  }

  /** The number may become another's between the look and the signal. */
  @Test
  void aUsersSignalHitsNobodyElse() throws Exception {
    ProcessIds nobody = new ProcessIds(UID + 65_534, 65_534);
    Process signal =
        new ProcessBuilder(UserSignals.command("KILL", sleep.pid(), nobody).orElseThrow())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(signal.waitFor()).isNotZero();
    assertThat(sleep.isAlive()).isTrue();
  }

  /** By hand an agent has root's terminal, into which what is the user's could type. */
  @Test
  void aUsersSignalLeavesRootsSessionFirst() {
    List<String> command =
        UserSignals.command("KILL", sleep.pid(), new ProcessIds(UID, 1)).orElseThrow();
    assertThat(command.get(0)).endsWith("/setsid");
    assertThat(command.get(1)).matches(".*/(setpriv|runuser)");
  }

  @Test
  void idsCountIfTheyAreOneUsers() {
    String gid = "\nGid:\t60\t60\t60\t60\nFDSize:\t64\n";
    assertThat(ProcessIds.parse("Name:\tx\nUid:\t5\t5\t5\t5" + gid))
        .contains(new ProcessIds(5, 60));
    assertThat(ProcessIds.parse("Name:\tx\nUid:\t5\t0\t0\t0" + gid)).as("setuid").isEmpty();
    assertThat(ProcessIds.parse("Name:\tx\nUid:\t5\t5\t0\t5" + gid)).as("saved").isEmpty();
    assertThat(ProcessIds.parse("Name:\tx\nUid:\tx\t5\t0\t5" + gid)).isEmpty();
    assertThat(ProcessIds.parse("")).isEmpty();
    assertThat(ProcessIds.of(4_194_303)).isEmpty();
  }
}
