package org.moshpit.agent.cli.laptop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.config.UserError;

class EventsFileTest {
  @TempDir Path dir;

  private static void write(Path file) {
    try (EventsFile events = EventsFile.open(file)) {
      events.append("begun");
    }
  }

  @Test
  void aNewFileIsItsOwnersAlone() throws IOException {
    Path file = dir.resolve("events");
    write(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readAllLines(file)).hasSize(1).first().asString().contains("begun");
  }

  @Test
  void nothingIsMadeThroughALink() throws IOException {
    Path aim = dir.resolve("aim");
    Path link = Files.createSymbolicLink(dir.resolve("events"), aim);
    assertThatThrownBy(() -> write(link))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("cannot be written");
    assertThat(aim).doesNotExist();
  }

  @Test
  void whatIsThereIsAppendedTo() throws IOException {
    Path file = Files.writeString(dir.resolve("events"), "before\n");
    write(file);
    write(file);
    assertThat(Files.readAllLines(file)).hasSize(3).first().isEqualTo("before");
  }

  @Test
  void aPipeIsWrittenTo() throws Exception {
    Path pipe = dir.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try (BufferedReader reader = Files.newBufferedReader(pipe)) {
                return reader.readLine();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    write(pipe);
    assertThat(line.get(10, TimeUnit.SECONDS)).contains("begun");
  }

  @Test
  void deviceFilesAreWrittenTo() {
    write(Path.of("/dev/stderr"));
    assertThat(Path.of("/dev/stderr")).exists();
  }
}
