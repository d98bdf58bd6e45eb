package org.moshpit.deploy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a terminal says of its program's end is what the kernel said. */
@Tag("lab")
class TerminalEndTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  @TempDir Path directory;

  /**
   * tmux calls a pane dead when nobody has its terminal open, which is before it has the status.
   */
  @Test
  void theStatusOfAProgramThatLetGoOfItsTerminalFirst() throws IOException {
    Path go = directory.resolve("go");
    String program =
        "trap '' HUP; exec <&- >&- 2>&-; until [ -e " + go + " ]; do sleep 0.05; done; exit 3";
    try (Terminal terminal = Terminal.here(directory, "sh", "-c", program)) {
      await().atMost(LONG).until(terminal::letGo);
      assertThatThrownBy(() -> terminal.awaitExit(Duration.ofMillis(300)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("it did not end");
      Files.createFile(go);
      assertThat(terminal.awaitExit(LONG)).isEqualTo(3);
    } finally {
      // nothing else ends it
      Files.writeString(go, "");
    }
  }

  @Test
  void theSignalThatEndedAProgram() {
    try (Terminal terminal = Terminal.here(directory, "sh", "-c", "kill -TERM $$")) {
      assertThat(terminal.awaitExit(LONG)).isEqualTo(128 + 15);
    }
  }
}
