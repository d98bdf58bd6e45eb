package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgramCheckTest {
  @Test
  void whereItIsOrWhatToDo() {
    assertThat(new ProgramCheck("tool", () -> Optional.of(Path.of("/bin/tool")), "get it").look())
        .containsExactly(Finding.ok("tool", "/bin/tool"));
    assertThat(new ProgramCheck("tool", Optional::empty, "get it").look())
        .containsExactly(Finding.wrong("tool", "not installed", "get it"));
  }
}
