package org.moshpit.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateLockTest {
  @TempDir Path dir;

  @Test
  void oneHolderAtATime() {
    AgentPaths paths = new AgentPaths(dir, dir);
    try (StateLock held = StateLock.acquire(paths)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> StateLock.acquire(paths))
          .isInstanceOfSatisfying(
              UserError.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
          .hasMessage(
              "another agent already runs on "
                  + dir
                  + " (process "
                  + ProcessHandle.current().pid()
                  + "); end it first");
    }
    StateLock.acquire(paths).close();
  }

  @Test
  void aLinkInItsPlaceIsRefused() throws Exception {
    Files.createSymbolicLink(dir.resolve("agent.lock"), dir.resolve("elsewhere"));
    assertThatThrownBy(() -> StateLock.acquire(new AgentPaths(dir, dir)))
        .isInstanceOfSatisfying(
            UserError.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
    assertThat(dir.resolve("elsewhere")).doesNotExist();
  }
}
