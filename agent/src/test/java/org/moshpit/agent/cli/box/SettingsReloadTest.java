package org.moshpit.agent.cli.box;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.config.Settings;
import org.slf4j.LoggerFactory;

class SettingsReloadTest {
  @TempDir private Path directory;

  /** As a file is for a moment while something writes it anew. */
  @Test
  void aFileThatSaysNothingAnyMoreOpensNoDoor() throws IOException {
    Path file = Files.writeString(directory.resolve("agent.conf"), "allow-users = ann\n");
    List<Settings> applied = new ArrayList<>();
    SettingsReload reload = new SettingsReload(load(file), () -> load(file), applied::add);
    Files.writeString(file, "");
    reload.run();
    Files.delete(file);
    reload.run();
    assertThat(applied).isEmpty();
    Files.writeString(file, "allow-users = ann, ben\n");
    reload.run();
    assertThat(applied).singleElement().extracting(Settings::allowUsers).asList().hasSize(2);
  }

  @Test
  void withoutAFileThereIsNothingToLose() {
    Path file = directory.resolve("agent.conf");
    List<Settings> applied = new ArrayList<>();
    new SettingsReload(load(file), () -> load(file), applied::add).run();
    assertThat(applied).hasSize(1);
  }

  private static Settings load(Path file) {
    return Settings.load(file, Map.of(), Map.of());
  }

  /** One line, and not one that reads as if the edit had not been seen. */
  @Test
  void whatNeedsARestartIsNamedInTheSameLine() throws IOException {
    Path file = Files.writeString(directory.resolve("agent.conf"), "max-sessions = 5\n");
    Logger logger = (Logger) LoggerFactory.getLogger(SettingsReload.class);
    logger.setLevel(Level.INFO);
    ListAppender<ILoggingEvent> seen = new ListAppender<>();
    seen.start();
    logger.addAppender(seen);
    try {
      SettingsReload reload = new SettingsReload(load(file), () -> load(file), next -> {});
      Files.writeString(file, "max-sessions = 6\n");
      reload.run();
      Files.writeString(file, "max-sessions = 6\nlog-level = debug\n");
      reload.run();
    } finally {
      logger.detachAppender(seen);
      logger.setLevel(null);
    }
    assertThat(seen.list)
        .extracting(event -> event.getMessage() + " " + event.getKeyValuePairs())
        .containsExactly(
            "the settings were read again, and some take effect only after a restart"
                + " [needRestart=\"max-sessions\"]",
            "the settings were read again, and some take effect only after a restart"
                + " [changed=\"log-level\", needRestart=\"max-sessions\"]");
  }
}
