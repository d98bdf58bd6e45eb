package org.moshpit.agent.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
  @TempDir Path dir;

  @Test
  void makesDirectoriesThatAreOursAlone() throws IOException {
    Path made = dir.resolve("a/b");
    PrivateFiles.directory(made);
    assertThat(mode(made)).isEqualTo("rwx------");
    assertThat(mode(dir.resolve("a"))).isEqualTo("rwx------");
    PrivateFiles.directory(made);
  }

  @Test
  void refusesADirectoryBehindASymbolicLink() throws IOException {
    Path real = Files.createDirectory(dir.resolve("real"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), real);
    refuses(() -> PrivateFiles.directory(link), "symbolic link");
  }

  @Test
  void refusesADirectoryOthersCanWrite() throws IOException {
    Path open = Files.createDirectory(dir.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwx---"));
    refuses(() -> PrivateFiles.directory(open), "chmod 700 " + open);
  }

  @Test
  void refusesAFileInItsPlaceAndAboveIt() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));
    refuses(() -> PrivateFiles.directory(file), "not a directory");
    refuses(() -> PrivateFiles.directory(file.resolve("below")), "cannot be made");
  }

  @Test
  void writesWholeFilesOfMode0600AndLeavesNothingElse() throws IOException {
    Path file = dir.resolve("secret");
    PrivateFiles.write(file, "one".getBytes(UTF_8));
    PrivateFiles.write(file, "two".getBytes(UTF_8));
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(PrivateFiles.read(file, 3)).isEqualTo("two".getBytes(UTF_8));
    try (Stream<Path> all = Files.list(dir)) {
      assertThat(all.toList()).isEqualTo(List.of(file));
    }
  }

  @Test
  void replacesALinkInsteadOfFollowingIt() throws IOException {
    Path victim = Files.writeString(dir.resolve("victim"), "kept");
    Path link = Files.createSymbolicLink(dir.resolve("secret"), victim);
    PrivateFiles.write(link, "new".getBytes(UTF_8));
    assertThat(victim).hasContent("kept");
    assertThat(Files.isSymbolicLink(link)).isFalse();
  }

  @Test
  void readsNoLinkNoDirectoryAndNothingOthersCanRead() throws IOException {
    Path file = dir.resolve("secret");
    PrivateFiles.write(file, "x".getBytes(UTF_8));
    Path link = Files.createSymbolicLink(dir.resolve("link"), file);
    refuses(() -> PrivateFiles.read(link, 9), "not a regular file");
    refuses(() -> PrivateFiles.read(dir, 9), "not a regular file");
    refuses(() -> PrivateFiles.read(file, 0), "longer");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    refuses(() -> PrivateFiles.read(file, 9), "chmod 600 " + file);
    assertThatThrownBy(() -> PrivateFiles.read(dir.resolve("none"), 9))
        .isInstanceOf(NoSuchFileException.class);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void refuses(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            UserError.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(e.sentence()).contains(words);
            });
  }
}
