package org.moshpit.common.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalStreamTest {
  @TempDir private Path temp;

  @Test
  void itIsTheFileThatTheVariableNames() throws IOException {
    Path stderr = Files.writeString(temp.resolve("stderr"), "");
    Map<String, Object> is = Files.readAttributes(stderr, "unix:dev,ino");
    String named = is.get("dev") + ":" + is.get("ino");
    assertThat(JournalStream.isFile(named, stderr)).isTrue();
    assertThat(JournalStream.isFile(named + "1", stderr)).isFalse();
    assertThat(JournalStream.isFile(null, stderr)).isFalse();
    assertThat(JournalStream.isFile("", stderr)).isFalse();
    assertThat(JournalStream.isFile(named, temp.resolve("none"))).isFalse();
  }
}
