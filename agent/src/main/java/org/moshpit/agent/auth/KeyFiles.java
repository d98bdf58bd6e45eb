package org.moshpit.agent.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a user's key files with that user's rights: by itself if it is that user, else through a
 * helper (setpriv or runuser), so that a link or a network home shows nothing its user could not
 * see. Regular files only, at most {@link AuthorizedKeys#MAX_FILE}, at most two seconds.
 */
final class KeyFiles {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final int BLOCK = 65536;
  // Between the test and the open the user may put a FIFO there: dd then does not wait for it.
  private static final String SCRIPT =
      "[ -f \"$1\" ] || exit 3; exec dd if=\"$1\" iflag=nonblock status=none bs="
          + BLOCK
          + " count="
          + (AuthorizedKeys.MAX_FILE / BLOCK + 1);

  private final Account self;

  KeyFiles(Account self) {
    this.self = self;
  }

  /** The contents of those that are there and pass; the others are skipped as sshd skips them. */
  List<byte[]> read(List<Path> files, Account account, boolean strict) {
    List<byte[]> contents = new ArrayList<>();
    for (Path file : files) {
      try {
        if (Files.exists(file)) {
          Optional<String> problem = strict ? SecurePath.problem(file, account) : Optional.empty();
          if (problem.isPresent()) {
            skipped(file, account, problem.get());
          } else {
            contents.add(read(file.toRealPath(), account));
          }
        }
      } catch (IOException e) {
        skipped(file, account, e.getMessage());
      }
    }
    return contents;
  }

  private static void skipped(Path file, Account account, String reason) {
    LOG.atWarn()
        .addKeyValue("user", account.name())
        .addKeyValue("file", file)
        .addKeyValue("reason", reason)
        .log("key file skipped");
  }

  private byte[] read(Path file, Account account) throws IOException {
    byte[] bytes = self.uid() == account.uid() ? readHere(file) : readAs(file, account);
    if (bytes.length > AuthorizedKeys.MAX_FILE) {
      throw new IOException("larger than 1 MiB");
    }
    return bytes;
  }

  private static byte[] readHere(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(AuthorizedKeys.MAX_FILE + 1);
    }
  }

  private static byte[] readAs(Path file, Account account) throws IOException {
    List<String> argv =
        new ArrayList<>(as(account, List.of("/bin/sh", "-c", SCRIPT, "sh", file.toString())));
    Subprocess.Result result = Subprocess.run(argv, LIMIT, AuthorizedKeys.MAX_FILE);
    if (!result.ok()) {
      throw new IOException("cannot be read by its user");
    }
    return result.out();
  }

  /** The command, to be run with the user's rights by root. */
  static List<String> as(Account account, List<String> command) throws IOException {
    List<String> argv = new ArrayList<>();
    Optional<Path> setpriv = Subprocess.find("setpriv");
    if (setpriv.isPresent()) {
      argv.addAll(
          List.of(
              setpriv.get().toString(),
              "--reuid=" + account.uid(),
              "--regid=" + account.gid(),
              "--init-groups",
              "--no-new-privs",
              "--"));
    } else {
      argv.addAll(List.of(Subprocess.require("runuser"), "-u", account.name(), "--"));
    }
    argv.addAll(command);
    return argv;
  }
}
