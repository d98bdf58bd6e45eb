package org.moshpit.agent.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both ways to a user's files, without root: the helper runs as whoever runs this. */
@Timeout(60)
class KeyFilesTest {
  @TempDir Path home;
  private Account user;
  private Account agent;
  private Path file;

  @BeforeEach
  void start() throws Exception {
    Account self = Account.self();
    user = new Account(self.name(), self.uid(), self.gid(), home, self.shell(), self.password());
    agent = new Account("agent", self.uid() + 1, 1, home, "/bin/sh", "x");
    file = home.resolve("keys");
    Files.writeString(file, "one\n\nthree\\n, and no end");
    mode(home, "rwxr-xr-x");
    mode(file, "rw-r--r--");
  }

  private static void mode(Path path, String mode) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static List<String> read(KeyFiles files, Account user, boolean strict, List<Path> paths) {
    return files.read(paths, user, strict, Deadline.in(Duration.ofSeconds(30))).stream()
        .map(bytes -> new String(bytes, UTF_8))
        .toList();
  }

  /** What is read; the same either way. */
  private List<String> read(boolean strict, Path... paths) {
    List<String> here = read(new KeyFiles(user), user, strict, List.of(paths));
    KeyFiles helped = new KeyFiles(agent, (account, command) -> command, new OutOfReach());
    assertThat(read(helped, user, strict, List.of(paths))).isEqualTo(here);
    return here;
  }

  @Test
  void readsWhatIsThere() throws Exception {
    Path empty = Files.createFile(home.resolve("empty"));
    Path odd = home.resolve("odd \\n %s $HOME\"'");
    Files.writeString(odd, "odd");
    Path link = Files.createSymbolicLink(home.resolve("link"), odd);
    assertThat(read(false, home.resolve("missing"), file, empty, link, odd))
        .containsExactly(Files.readString(file), "", "odd", "odd");
    assertThat(read(false)).isEmpty();
  }

  @Test
  void skipsWhatIsNoFileOrTooLarge() throws Exception {
    Path large = home.resolve("large");
    Files.write(large, new byte[AuthorizedKeys.MAX_FILE + 1]);
    Path most = home.resolve("most");
    Files.write(most, new byte[AuthorizedKeys.MAX_FILE]);
    Path fifo = home.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    Path loop = Files.createSymbolicLink(home.resolve("loop"), home.resolve("loop"));
    assertThat(read(false, home, fifo, large, loop, Path.of("/dev/zero"), most, file))
        .containsExactly("\0".repeat(AuthorizedKeys.MAX_FILE), Files.readString(file));
  }

  @Test
  void strictModesLooksUpToTheHomeDirectory() throws Exception {
    Path directory = Files.createDirectories(home.resolve("a/b"));
    Path deep = Files.copy(file, directory.resolve("keys"));
    mode(home.resolve("a"), "rwxr-xr-x");
    mode(directory, "rwxr-xr-x");
    mode(deep, "rw-r--r--");
    assertThat(read(true, deep)).hasSize(1);
    for (Path path : List.of(deep, directory, home.resolve("a"), home)) {
      mode(path, "rwxr-xrwx");
      assertThat(read(true, deep)).as(path.toString()).isEmpty();
      assertThat(read(false, deep)).hasSize(1);
      mode(path, "rwxr-xr-x");
    }
    assertThat(read(true, deep)).hasSize(1);
    // outside the home directory it is all of them, and the one for temporary files is everybody's
    Account elsewhere =
        new Account(user.name(), user.uid(), user.gid(), home.resolve("x"), "/bin/sh", "x");
    KeyFiles helped = new KeyFiles(agent, (account, command) -> command, new OutOfReach());
    assertThat(read(helped, elsewhere, true, List.of(deep)))
        .isEqualTo(read(new KeyFiles(elsewhere), elsewhere, true, List.of(deep)));
  }

  @Test
  void nothingIsLookedAtOutsideTheHelper() throws Exception {
    Path hidden = home.resolve("hidden");
    KeyFiles helped =
        new KeyFiles(
            agent,
            (account, command) -> {
              List<String> argv = new ArrayList<>();
              argv.addAll(List.of("/bin/sh", "-c", "cp keys hidden; \"$@\"; rm hidden", "sh"));
              argv.set(2, "cd '" + home + "'; " + argv.get(2));
              argv.addAll(command);
              return argv;
            },
            new OutOfReach());
    assertThat(read(helped, user, true, List.of(hidden))).containsExactly(Files.readString(file));
    assertThat(hidden).doesNotExist();
  }

  /** An enrolling root has a terminal, into which what is the user's could type. */
  @Test
  void theHelperLeavesRootsSessionBeforeItIsTheUsers() throws Exception {
    List<String> argv = KeyFiles.as(user, List.of("true"));
    assertThat(argv.get(0)).endsWith("/setsid");
    assertThat(argv.get(1)).matches(".*/(setpriv|runuser)");
  }

  @Test
  void aHelperThatHangsIsEnded() {
    KeyFiles helped =
        new KeyFiles(
            agent,
            (account, command) -> List.of("/bin/sh", "-c", "sleep 100; true"),
            new OutOfReach());
    assertThat(helped.read(List.of(file), user, true, Deadline.in(Duration.ofMillis(200))))
        .isEmpty();
  }

  /** The helper is a process of the user's, and can be made to say anything. */
  @Test
  void whereOnlyRootCanWriteTheHelpersWordOnTheContentsIsNotTaken() throws Exception {
    Path users = Files.createDirectory(home.resolve("users"));
    Files.writeString(users.resolve("keys"), "the user's");
    Path link = Files.createSymbolicLink(home.resolve("link"), users.resolve("keys"));
    KeyFiles lied = lying(new OutOfReach(at -> !at.path().startsWith(users)));

    assertThat(read(lied, user, true, List.of(file))).containsExactly(Files.readString(file));
    assertThat(read(lied, user, true, List.of(home.resolve("missing")))).isEmpty();
    assertThat(read(lied, user, true, List.of(home))).isEmpty();
    // what the user may write can say anything anyway
    assertThat(read(lied, user, true, List.of(users.resolve("keys")))).containsExactly("forged");
    assertThat(read(lied, user, true, List.of(link))).containsExactly("forged");
  }

  private KeyFiles lying(OutOfReach outOfReach) {
    String says =
        "echo file /x; echo '%d 0 81a4'; echo .; printf forged | base64".formatted(user.uid());
    return new KeyFiles(agent, (account, command) -> List.of("/bin/sh", "-c", says), outOfReach);
  }
}
