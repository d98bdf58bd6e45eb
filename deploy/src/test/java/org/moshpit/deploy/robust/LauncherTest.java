package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Shell;

/** The launchers and their class-data archives. */
@Tag("lab")
public class LauncherTest {
  @TempDir private Path directory;

  /** A JVM that may not go on without its archive: JDK 17 would take another's loss silently. */
  private static Shell.Result sharing(String launcher, String... words) {
    List<String> command =
        new ArrayList<>(
            List.of("env", "JDK_JAVA_OPTIONS=-Xshare:on", Launchers.launcher(launcher)));
    command.addAll(List.of(words));
    return Shell.run(command, "");
  }

  @Test
  void eachArchiveIsTaken() {
    assertThat(sharing("agent", "--help").orFail()).contains("connect");
    assertThat(sharing("rendezvous-server", "--help").orFail()).contains("invite");
    String nowhere = directory.toString();
    Shell.Result run =
        sharing("agent", "--config-dir", nowhere, "--state-dir", nowhere + "/state", "run");
    assertThat(run.exit()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains("enroll");
  }

  /** What README says of a tree that was copied elsewhere. */
  @Test
  void aCopiedTreeMakesItsArchivesAnew() {
    Path original = Path.of(Launchers.launcher("agent")).getParent().getParent();
    Path copy = directory.resolve("copy of it");
    Shell.run(List.of("cp", "-r", original.toString(), copy.toString()), "").orFail();
    List<String> start =
        List.of(
            "env", "JDK_JAVA_OPTIONS=-Xshare:on", copy.resolve("bin/agent").toString(), "--help");
    assertThat(Shell.run(start, "").exit()).as("with archives of another place").isNotZero();

    Shell.run(List.of(copy.resolve("lib/make-archives").toString()), "").orFail();

    assertThat(Shell.run(start, "").orFail()).contains("connect");
  }

  /** A connect that was watched only half way makes an archive that is quick only half way. */
  @Test
  void theWholeConnectWasWatched() throws IOException {
    Path lib = Path.of(Launchers.launcher("agent")).resolveSibling("../lib");
    assertThat(Files.readAllLines(lib.resolve("agent.classes")))
        .as("what runs at the answer and behind it")
        .anyMatch(
            line -> line.startsWith("@lambda-proxy org/moshpit/agent/cli/laptop/Conversation "))
        .anyMatch(line -> line.startsWith("@lambda-proxy org/moshpit/agent/mosh/MoshClientRunner "))
        .anyMatch(line -> line.startsWith("@lambda-proxy org/moshpit/agent/punch/Checklist "));
  }

  @ParameterizedTest
  @CsvSource({
    "run,                               agent-run",
    "--config-dir a --state-dir b run,  agent-run",
    "--config-dir=a run --log-level a,  agent-run",
    "--config-dir run run,              agent-run",
    "connect run,                       agent",
    "--config-dir run connect box,      agent",
    "--state-dir=run status,            agent",
    "connect box -- run,                agent",
    "--help,                            agent",
    "'',                                agent",
  })
  void onlyTheDaemonHasTheDaemonsArchiveAndMemory(String words, String archive) throws IOException {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path java =
        Files.writeString(
            bin.resolve("java"),
            "#!/bin/sh\necho \"arenas: ${MALLOC_ARENA_MAX:-any}\"\nprintf '%s\\n' \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    List<String> command =
        new ArrayList<>(List.of("env", "JAVA_HOME=" + directory, Launchers.launcher("agent")));
    List<String> given = words.isEmpty() ? List.of() : List.of(words.split(" "));
    command.addAll(given);

    List<String> told = Shell.run(command, "").orFail().lines().toList();

    boolean daemon = archive.equals("agent-run");
    assertThat(told).contains("arenas: " + (daemon ? "1" : "any"));
    assertThat(told.stream().filter(word -> word.startsWith("-XX:SharedArchiveFile=")))
        .singleElement()
        .asString()
        .endsWith("/lib/" + archive + ".jsa");
    assertThat(told.contains("-XX:TrimNativeHeapInterval=60000")).isEqualTo(daemon);
    assertThat(told.contains("-XX:+ExitOnOutOfMemoryError")).isEqualTo(daemon);
    assertThat(told.subList(told.size() - given.size(), told.size())).isEqualTo(given);
  }
}
