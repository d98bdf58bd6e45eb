package org.moshpit.deploy.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A lab ends with its owner, and leaves nothing on the machine. */
@Tag("lab")
class LabLifetimeTest {
  private static final Path NAMESPACES = Path.of("/run/netns");

  @Test
  void aKilledOwnerTakesItsLabAlong() throws IOException {
    Process owner = new ProcessBuilder("sleep", "1000").start();
    String owned = Long.toString(owner.pid());
    Lab lab = Lab.up("home", "home+cgnat", "--owner", owned);
    String name = lab.directory().getFileName().toString();
    Host.Running running = lab.box().start("sleep", "1000");
    assertThat(namespaces(name)).hasSizeGreaterThan(8);
    owner.destroyForcibly();
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> namespaces(name).isEmpty() && !Files.exists(lab.directory()));
    assertThat(running.alive()).isFalse();
  }

  @Test
  void theUserAndTheHomesAreTheLabsOwn() throws IOException {
    try (Lab lab = Lab.up("none", "none")) {
      assertThat(lab.box().output("sh", "-c", "id -un; hostname; pwd"))
          .isEqualTo("demo\nbox\n" + lab.box().home());
      lab.box().root("sh", "-c", "touch /tmp/of-the-box /root/of-the-box /run/of-the-box");
      assertThat(lab.laptop().root("sh", "-c", "ls /tmp /root /run")).doesNotContain("of-the-box");
      for (String directory : List.of("/tmp", "/root", "/run")) {
        assertThat(Path.of(directory, "of-the-box")).doesNotExist();
      }
      assertThat(Files.readString(Path.of("/etc/passwd")))
          .doesNotContain(lab.box().home().toString());
    }
  }

  /** A lab is named after the process that makes it, and numbers of processes come again. */
  @Test
  void aNameThatIsTakenIsLeftToWhoHasIt() throws Exception {
    try (Lab lab = Lab.up("none", "none")) {
      String make =
          "read go; exec \"$0\" --client none --server none --owner "
              + ProcessHandle.current().pid();
      Process maker =
          new ProcessBuilder("sh", "-c", make, Shell.tool("up"))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Path taken = lab.directory().resolveSibling("mp" + maker.pid());
      Files.createDirectory(taken);
      Files.copy(lab.state(), taken.resolve("state"));
      maker.outputWriter().append("go\n").close();
      String said = new String(maker.getInputStream().readAllBytes(), UTF_8).strip();
      try {
        assertThat(said).isEqualTo(taken + "a/state");
        assertThat(lab.box().output("hostname")).isEqualTo("box");
      } finally {
        Files.delete(taken.resolve("state"));
        Files.delete(taken);
        if (!said.isEmpty()) {
          Shell.run(List.of(Shell.tool("down"), said), "").orFail();
        }
      }
    }
  }

  private static List<String> namespaces(String lab) {
    String[] names = NAMESPACES.toFile().list((directory, name) -> name.startsWith(lab + "-"));
    return names == null ? List.of() : List.of(names);
  }
}
