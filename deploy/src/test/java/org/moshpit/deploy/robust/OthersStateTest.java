package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.deploy.lab.Shell;

/**
 * Root's commands on the state of a rendezvous that runs as another user, who may have been taken
 * over: they write nothing there as root, and believe nothing.
 */
@Tag("lab")
class OthersStateTest {
  private static final int OWNER = 65_534;
  private static final int STRANGER = 12_345;

  @TempDir static Path directory;
  @TempDir private Path temp;
  private Path state;
  private Path config;
  private Process listening;

  /** Where the owner can read it, as an installed one is. */
  @BeforeAll
  static void install() throws IOException {
    Path dist = Shell.repository().resolve("rendezvous-server/target/dist");
    Shell.run(List.of("cp", "-r", dist.toString(), directory.resolve("dist").toString()), "")
        .orFail();
    Shell.run(List.of("chmod", "-R", "a+rX", directory.toString()), "").orFail();
  }

  @BeforeEach
  void files() throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    state = Files.createDirectory(temp.resolve("state"));
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
    Files.setAttribute(state, "unix:uid", OWNER);
    // root's alone: the owner gets what it says, not the file
    config = Files.writeString(temp.resolve("conf"), "public-address = pit.example\n");
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void stop() {
    if (listening != null) {
      listening.destroyForcibly();
    }
  }

  private Shell.Result rendezvous(String... words) {
    List<String> line =
        new ArrayList<>(List.of(directory.resolve("dist/bin/rendezvous-server").toString()));
    line.addAll(List.of(words));
    line.addAll(List.of("--state", state.toString(), "--config", config.toString()));
    return Shell.run(line, "");
  }

  @Test
  void rootsCommandsAreTheOwnersProcesses() throws IOException {
    Shell.Result invited = rendezvous("invite", "--name", "den");
    assertThat(invited.exit()).as(invited.err()).isZero();
    assertThat(invited.out()).startsWith("moshpit://pit.example/?pin=").hasLineCount(1);
    assertThat(invited.err())
        .contains("no rendezvous has run with the state directory " + state)
        .doesNotContain("Exception");
    try (Stream<Path> files = Files.list(state)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("registry.mv", "tls_key.pem", "lock");
    }
    assertThat(rendezvous("agents", "--json").out().strip()).isEqualTo("[]");
    Shell.Result revoked = rendezvous("revoke", "nobody");
    assertThat(revoked.exit()).isEqualTo(1);
    assertThat(revoked.err())
        .isEqualToIgnoringNewLines("rendezvous-server: No agent is enrolled as 'nobody'.");
    Files.writeString(state.resolve("registry.mv"), "damaged");
    Shell.Result damaged = rendezvous("agents");
    assertThat(damaged.exit()).isEqualTo(2);
    assertThat(damaged.err()).contains("is damaged").hasLineCount(1);
  }

  /** What the owner may not, root's command cannot do there; as root it could. */
  @Test
  void nothingIsWrittenThereAsRoot() throws IOException {
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("r-x------"));
    Shell.Result invited = rendezvous("invite");
    assertThat(invited.exit()).isEqualTo(2);
    assertThat(invited.err()).contains(state + " cannot be written").hasLineCount(1);
    assertThat(state).isEmptyDirectory();
  }

  /** Whoever shares the owner's user can have such a process type into the terminal it has. */
  @Test
  void whatBecomesTheOwnersHasLeftRootsSession() throws IOException {
    Path programs = Files.createDirectory(temp.resolve("bin"));
    Path seen = temp.resolve("seen");
    Path setpriv =
        Files.writeString(
            programs.resolve("setpriv"),
            "#!/bin/sh\n"
                + "read -r process name state parent group session more < /proc/$$/stat\n"
                + "echo \"$process $session\" > "
                + seen
                + "\nexec /usr/bin/setpriv \"$@\"\n");
    Files.setPosixFilePermissions(setpriv, PosixFilePermissions.fromString("rwxr-xr-x"));
    Shell.Result asked =
        Shell.run(
            List.of(
                "env",
                "PATH=" + programs + ":" + System.getenv("PATH"),
                directory.resolve("dist/bin/rendezvous-server").toString(),
                "agents",
                "--state",
                state.toString(),
                "--config",
                config.toString()),
            "");
    assertThat(asked.exit()).as(asked.err()).isZero();
    String[] numbers = Files.readString(seen).strip().split(" ", -1);
    assertThat(numbers[1]).as("its session").isEqualTo(numbers[0]);
  }

  /** By a link on the way another user would say which of root's directories it is. */
  @Test
  void anothersLinkOnTheWayIsRefused() throws IOException {
    Path parent = Files.createDirectory(temp.resolve("roots"));
    Path target = Files.createDirectory(parent.resolve("etc"));
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path others = Files.createSymbolicLink(temp.resolve("others"), parent);
    Files.setAttribute(others, "unix:uid", OWNER, LinkOption.NOFOLLOW_LINKS);
    Path roots = Files.createSymbolicLink(temp.resolve("link"), others);
    for (Path way : List.of(others, roots)) {
      state = way.resolve("etc");
      Shell.Result asked = rendezvous("agents");
      assertThat(asked.exit()).as(asked.err()).isEqualTo(2);
      assertThat(asked.err()).contains(others + " on the way to the state directory");
    }
    assertThat(target).isEmptyDirectory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void whereTheOwnerCannotRunItTheWayIsTold() throws IOException {
    Path programs = directory.resolve("dist");
    Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwx------"));
    try {
      Shell.Result invited = rendezvous("invite");
      assertThat(invited.exit()).isEqualTo(1);
      assertThat(invited.err()).contains("belongs to", "sudo -u").hasLineCount(1);
      assertThat(state).isEmptyDirectory();
    } finally {
      Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private void listen(int user, Path socket) throws IOException {
    String listen =
        "import os, socket, sys\n"
            + "os.setgroups([]); os.setgid(%1$d); os.setuid(%1$d)\n"
            + "s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen()\n"
            + "while True:\n"
            + "  c, _ = s.accept(); c.recv(999)\n"
            + "  c.sendall(b'{\"ok\": true, \"agents\": []}\\n'); c.close()\n";
    listening =
        new ProcessBuilder("/usr/bin/python3", "-c", String.format(listen, user), socket.toString())
            .inheritIO()
            .start();
    await().until(() -> Files.exists(socket));
  }

  /** A socket in the directory at which the owner does not listen. */
  @Test
  void aStrangerIsNotAsked() throws IOException {
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path socket = state.resolve("control.sock");
    listen(STRANGER, socket);
    Shell.Result asked = rendezvous("agents");
    assertThat(asked.exit()).isEqualTo(1);
    assertThat(asked.err())
        .contains(socket + " is answered by a process of " + STRANGER)
        .hasLineCount(1);
  }

  /** The owner can have the name lead to any socket of root's, another rendezvous' too. */
  @Test
  void rootsOwnSocketIsNotAskedForAnother() throws IOException {
    Path others = temp.resolve("others.sock");
    listen(0, others);
    Path socket = Files.createSymbolicLink(state.resolve("control.sock"), others);
    Shell.Result asked = rendezvous("agents");
    assertThat(asked.exit()).as(asked.out()).isEqualTo(1);
    assertThat(asked.err()).contains(socket + " is answered by a process of root").hasLineCount(1);
  }
}
