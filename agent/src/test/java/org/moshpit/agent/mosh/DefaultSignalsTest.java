package org.moshpit.agent.mosh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultSignalsTest {
  @TempDir private Path dir;

  private static final Path ENV = Path.of("/usr/bin/env");

  @Test
  void undoWhatAParentIgnores() throws Exception {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "trap '' HUP INT QUIT; exec \"$@\"", "sh"));
    String before = ignored(command);
    assertThat(Long.parseUnsignedLong(before, 16) & 0b111).isEqualTo(0b111);
    command.addAll(DefaultSignals.words(ENV));
    assertThat(Long.parseUnsignedLong(ignored(command), 16) & 0b111).isZero();
  }

  private static String ignored(List<String> before) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of("grep", "SigIgn", "/proc/self/status"));
    Process process = new ProcessBuilder(command).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return said.replaceFirst("(?s)SigIgn:\\s*(\\w+)\\s*", "$1");
  }

  @Test
  void anEnvThatDoesNotKnowTheOptionIsNotUsed() throws IOException {
    Path old = dir.resolve("env");
    Files.writeString(old, "#!/bin/sh\necho \"env: unrecognized option '$1'\" >&2\nexit 125\n");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(DefaultSignals.words(old)).isEmpty();
    assertThat(DefaultSignals.words(dir.resolve("none"))).isEmpty();
  }
}
