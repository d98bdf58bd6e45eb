package org.moshpit.agent.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path dir;

  @Test
  void isTheOwnersAloneEvenWhereAnotherWasNot() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    WholeFile.write(file, "new".getBytes(UTF_8));
    assertThat(file).hasContent("new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void whatCannotBeReplacedStaysAndNothingIsLeftBesideIt() throws IOException {
    Path taken = Files.createDirectory(dir.resolve("taken"));
    Files.writeString(taken.resolve("inside"), "kept");
    assertThatThrownBy(() -> WholeFile.write(taken, new byte[] {1}))
        .isInstanceOf(FileSystemException.class);
    assertThat(taken.resolve("inside")).hasContent("kept");
    assertThat(names()).containsExactly("taken");
  }

  @Test
  void ofManyAtOnceOneStandsThereWhole() throws IOException {
    Path file = dir.resolve("file");
    IntStream.range(0, 64)
        .parallel()
        .forEach(
            i -> {
              try {
                WholeFile.write(file, Integer.toString(i % 10).repeat(2000).getBytes(UTF_8));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    assertThat(Files.readString(file)).hasSize(2000).matches("(.)\\1*");
    assertThat(names()).containsExactly("file");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(dir)) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }
}
