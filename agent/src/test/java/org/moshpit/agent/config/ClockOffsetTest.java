package org.moshpit.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClockOffsetTest {
  @TempDir Path dir;

  @Test
  void isKeptUnlessItHardlyChanged() {
    AgentPaths paths = new AgentPaths(dir, dir);
    assertThat(ClockOffset.load(paths)).isZero();
    ClockOffset.save(paths, 10_000);
    assertThat(paths.clockOffset()).doesNotExist();
    ClockOffset.save(paths, -86_400_000);
    assertThat(ClockOffset.load(paths)).isEqualTo(-86_400_000);
    ClockOffset.save(paths, -86_390_000);
    assertThat(ClockOffset.load(paths)).isEqualTo(-86_400_000);
    PrivateFiles.write(paths.clockOffset(), "soon".getBytes(StandardCharsets.US_ASCII));
    assertThat(ClockOffset.load(paths)).isZero();
  }
}
