package org.moshpit.common.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class OpenedFileTest {
  @TempDir private Path temp;
  private Path file;

  @BeforeEach
  void file() throws IOException {
    file = Files.writeString(temp.resolve("file"), "text");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  private Path pipe(String name) throws Exception {
    Path pipe = temp.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  @Test
  void ownerModeAndContent() throws IOException {
    OpenedFile opened = OpenedFile.read(file, 4);
    assertThat(opened.content()).asString().isEqualTo("text");
    assertThat(opened.mode()).isEqualTo(0640);
    assertThat(opened.uid()).isEqualTo(((Number) Files.getAttribute(temp, "unix:uid")).longValue());
    assertThat(opened.othersMay(4)).isTrue();
    assertThat(opened.othersMay(2)).isFalse();
    assertThat(OpenedFile.read(file, 3).content()).isNull();
  }

  @Test
  void whatIsNoRegularFile() throws Exception {
    Path link = Files.createSymbolicLink(temp.resolve("link"), file);
    for (Path other : new Path[] {link, temp, pipe("pipe"), Path.of("/dev/zero")}) {
      assertThatThrownBy(() -> OpenedFile.read(other, 4))
          .isInstanceOf(OpenedFile.NotRegularException.class);
    }
    assertThatThrownBy(() -> OpenedFile.read(temp.resolve("none"), 4))
        .isInstanceOf(NoSuchFileException.class);
  }

  /** It was another file's owner and mode that were looked at. */
  @Test
  void whatIsPutThereBetweenLookingAndOpeningIsNotRead() throws IOException {
    Path other = Files.writeString(temp.resolve("other"), "else");
    Path aside = temp.resolve("aside");
    assertThatThrownBy(
            () ->
                OpenedFile.read(
                    file,
                    4,
                    name -> {
                      Files.move(name, aside);
                      Files.move(other, name);
                      try {
                        return open(name);
                      } finally {
                        Files.move(name, other);
                        Files.move(aside, name);
                      }
                    }))
        .hasMessageContaining("being replaced");
  }
}
