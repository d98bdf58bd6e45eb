package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;

/** What needs no terminal; the rest stands in the lab tests. */
class MoshClientRunnerTest {
  @TempDir Path dir;

  private final Map<String, String> environment = new HashMap<>(System.getenv());

  private MoshClientOptions options(String client) {
    return MoshClientOptions.of(client, null, false, true, "agent connect den", Map.of());
  }

  private String script(String text) throws IOException {
    Path script = dir.resolve("fake-client");
    Files.writeString(script, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script.toString();
  }

  private MoshClientRunner runner(String text) throws IOException {
    return MoshClientRunner.prepare(options(script(text)), environment, true, "UTF-8");
  }

  private UserError refused(String client, boolean terminal, String charset) {
    return catchThrowableOfType(
        UserError.class,
        () -> MoshClientRunner.prepare(options(client), environment, terminal, charset));
  }

  @Test
  void saysBeforehandWhatCannotWork() {
    assertThat(refused("sh", false, "UTF-8").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused("sh", false, "UTF-8").sentence()).contains("terminal");
    environment.keySet().removeAll(List.of("LANG", "LC_CTYPE", "LC_ALL"));
    assertThat(refused("sh", true, "ANSI_X3.4-1968").sentence())
        .contains("there is no LANG, LC_CTYPE or LC_ALL here, which gives ANSI_X3.4-1968;");
    environment.put("LC_ALL", "C");
    assertThat(refused("sh", true, "ANSI_X3.4-1968").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused("sh", true, "ANSI_X3.4-1968").sentence()).contains("LC_ALL=C", "UTF-8");
    assertThat(refused("no-such-client", true, "UTF-8").exitCode()).isEqualTo(ExitCode.NO_MOSH);
    assertThat(refused("/no/client", true, "UTF-8").sentence()).contains("/no/client");
    environment.put("PATH", dir.toString());
    assertThat(refused(null, true, "UTF-8").sentence()).contains("package mosh");
  }

  @Test
  void countsColoursAsTheClientDoes() throws IOException {
    try (MoshClientRunner runner = runner("[ \"$1\" = -c ] && echo 256")) {
      assertThat(runner.colors()).isEqualTo(256);
    }
    try (MoshClientRunner runner = runner("echo \"'x': unknown terminal type.\" >&2; exit 1")) {
      assertThatThrownBy(runner::colors)
          .isInstanceOfSatisfying(
              UserError.class,
              error -> {
                assertThat(error.exitCode()).isEqualTo(ExitCode.USAGE);
                assertThat(error.sentence()).contains("TERM");
              });
    }
    try (MoshClientRunner runner = runner("exit 127")) {
      assertThat(runner.colors()).isZero();
    }
    try (MoshClientRunner runner = runner("echo -1")) {
      assertThat(runner.colors()).isZero();
    }
    try (MoshClientRunner runner = runner("echo 99999999")) {
      assertThat(runner.colors()).isEqualTo(16777216);
    }
  }

  @Test
  void passesAddressKeyAndExitStatusOn() throws IOException {
    Path seen = dir.resolve("seen");
    try (MoshClientRunner runner =
        runner("printf '%s\\n' \"$@\" \"$MOSH_KEY\" > " + seen + "; exit 7")) {
      assertThat(runner.run(60777, "secret")).isEqualTo(7);
    }
    assertThat(Files.readAllLines(seen))
        .containsExactly("-# agent connect den |", "127.0.0.1", "60777", "secret");
  }

  @Test
  void endsAClientThatDoesNotWantTo() throws Exception {
    Path up = dir.resolve("up");
    MoshClientRunner runner = runner("trap '' TERM; : > " + up + "; while :; do sleep 1; done");
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(() -> runner.run(60777, "secret"));
    Awaitility.await().until(() -> Files.exists(up));
    runner.end();
    assertThat(exit.get(10, TimeUnit.SECONDS)).isEqualTo(128 + 9);
  }

  @Test
  void endedBeforeItBeganItNeverBegins() throws IOException {
    Path up = dir.resolve("up");
    try (MoshClientRunner runner = runner(": > " + up)) {
      runner.end();
      assertThat(runner.run(60777, "secret")).isEqualTo(128);
    }
    assertThat(up).doesNotExist();
  }
}
