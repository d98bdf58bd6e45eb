package org.moshpit.agent.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a user's key files with that user's rights: by itself if it is that user, else through a
 * helper (setpriv or runuser), so that a link or a network home shows nothing its user could not
 * see. The helper also looks whether the files are there and whose they are: a home on a server
 * that does not answer holds up the helper, which is ended, and no thread of ours.
 *
 * <p>The helper is a process of the user's, who may have it say anything. That is no matter where
 * the user could write the file; where only root can ({@link OutOfReach}), what the helper says of
 * its contents is not taken, and they are read here.
 *
 * <p>Regular files only, at most {@link AuthorizedKeys#MAX_FILE}, at most two seconds for all of
 * them.
 */
final class KeyFiles {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final int BLOCK = 65536;
  // Output of the helper for one file, at most: its bytes in base64, and the lines before them.
  private static final int MAX_OUT = 2 << 20;

  /**
   * Arguments: the home directory, then files. For each file one line says what it is. Where that
   * is "file" and its real path, a line of owner, group and mode (hex) follows for it and each
   * directory above that counts, a line with a dot, and a line with the contents in base64. Between
   * the test and the open the user may put a FIFO there: dd then does not wait for it. One readlink
   * for all saves time; a link that leads nowhere, or to a name with a line break, shifts its
   * lines, but each path is judged and read by itself, and all of them are what this user made.
   */
  private static final String SCRIPT =
      """
      readlink -m -- "$@" | {
      IFS= read -r home
      for file; do
        [ "$begun" ] || { begun=1; continue; }
        IFS= read -r real || { echo unreadable; continue; }
        [ -e "$real" ] || { echo missing; continue; }
        [ -f "$real" ] || { echo odd; continue; }
        set -- "$real"
        at=$real
        while [ "$at" != / ]; do
          at=${at%/*}
          at=${at:-/}
          set -- "$@" "$at"
          [ "$at" != "$home" ] || break
        done
        facts=$(stat -c '%u %g %f' -- "$@") || { echo unreadable; continue; }
        [ -r "$real" ] || { echo unreadable; continue; }
        printf 'file %s\\n%s\\n.\\n' "$real" "$facts"
        dd if="$real" iflag=nonblock status=none bs=BLOCK count=COUNT | base64 -w 0
        echo
      done
      }
      """
          .replace("BLOCK", Integer.toString(BLOCK))
          .replace("COUNT", Integer.toString(AuthorizedKeys.MAX_FILE / BLOCK + 1));

  /** How root runs a command as a user. */
  interface Helper {
    List<String> as(Account account, List<String> command) throws IOException;
  }

  private final Account self;
  private final Helper helper;
  private final OutOfReach outOfReach;

  KeyFiles(Account self) {
    this(self, KeyFiles::as, new OutOfReach());
  }

  /** With another helper, for tests. */
  KeyFiles(Account self, Helper helper, OutOfReach outOfReach) {
    this.self = self;
    this.helper = helper;
    this.outOfReach = outOfReach;
  }

  /** The contents of those that are there and pass; the others are skipped as sshd skips them. */
  List<byte[]> read(List<Path> files, Account account, boolean strict, Deadline deadline) {
    return read(files, account, strict, deadline, (file, reason) -> skipped(file, account, reason));
  }

  /**
   * The same.
   *
   * @param skipped hears of each file that is there and does not pass, and why
   */
  List<byte[]> read(
      List<Path> files,
      Account account,
      boolean strict,
      Deadline deadline,
      BiConsumer<Path, String> skipped) {
    return self.uid() == account.uid()
        ? readHere(files, account, strict, skipped)
        : readThere(files, account, strict, deadline, skipped);
  }

  private static List<byte[]> readHere(
      List<Path> files, Account account, boolean strict, BiConsumer<Path, String> skipped) {
    List<byte[]> contents = new ArrayList<>();
    for (Path file : files) {
      try {
        if (Files.exists(file)) {
          Optional<String> problem = strict ? SecurePath.problem(file, account) : Optional.empty();
          if (problem.isPresent()) {
            skipped.accept(file, problem.get());
          } else {
            contents.add(limited(readHere(file.toRealPath())));
          }
        }
      } catch (IOException e) {
        skipped.accept(file, e.getMessage());
      }
    }
    return contents;
  }

  private List<byte[]> readThere(
      List<Path> files,
      Account account,
      boolean strict,
      Deadline deadline,
      BiConsumer<Path, String> skipped) {
    List<byte[]> contents = new ArrayList<>();
    if (files.isEmpty()) {
      return contents;
    }
    List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "sh"));
    argv.add(account.home().toString());
    files.forEach(file -> argv.add(file.toString()));
    Iterator<String> lines;
    try {
      Subprocess.Result result =
          Subprocess.run(helper.as(account, argv), deadline.atMost(LIMIT), files.size() * MAX_OUT);
      if (!result.ok()) {
        throw new IOException("cannot be read by its user, or not in time");
      }
      lines = result.text().lines().iterator();
    } catch (IOException e) {
      skipped.accept(files.get(0), e.getMessage());
      return contents;
    }
    for (Path file : files) {
      try {
        Optional<byte[]> told = next(lines, account, strict);
        if (told.isPresent()) {
          contents.add(genuine(file, told.get()));
        }
      } catch (IOException e) {
        skipped.accept(file, e.getMessage());
      }
    }
    return contents;
  }

  /** What the helper says of one file; empty if it is not there. */
  private static Optional<byte[]> next(Iterator<String> lines, Account account, boolean strict)
      throws IOException {
    String first = line(lines);
    if (first.equals("missing")) {
      return Optional.empty();
    }
    if (!first.startsWith("file /")) {
      throw new IOException(first.equals("odd") ? "not a regular file" : "not readable");
    }
    List<SecurePath.Facts> chain = new ArrayList<>();
    byte[] bytes;
    try {
      Path at = Path.of(first.substring("file ".length()));
      for (String line = line(lines); !line.equals("."); line = line(lines)) {
        String[] words = line.split(" ", -1);
        chain.add(
            new SecurePath.Facts(
                at,
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                Integer.parseInt(words[2], 16)));
        at = at == null ? null : at.getParent();
      }
      bytes = Base64.getDecoder().decode(line(lines));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException("not readable", e);
    }
    Optional<String> problem = strict ? SecurePath.problem(chain, account) : Optional.empty();
    if (problem.isPresent()) {
      throw new IOException(problem.get());
    }
    return Optional.of(limited(bytes));
  }

  private byte[] genuine(Path file, byte[] told) throws IOException {
    Optional<Path> roots = outOfReach.resolve(file);
    return roots.isPresent() ? limited(readHere(roots.get())) : told;
  }

  private static String line(Iterator<String> lines) throws IOException {
    if (!lines.hasNext()) {
      throw new IOException("not readable");
    }
    return lines.next();
  }

  private static void skipped(Path file, Account account, String reason) {
    LOG.atWarn()
        .addKeyValue("user", account.name())
        .addKeyValue("file", file)
        .addKeyValue("reason", reason)
        .log("key file skipped");
  }

  private static byte[] limited(byte[] bytes) throws IOException {
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

  /**
   * The command, to be run with the user's rights by root, in a session of its own: the user can
   * take hold of it (ptrace(2)) and have it type into the terminal of the session it is in.
   */
  static List<String> as(Account account, List<String> command) throws IOException {
    List<String> argv = new ArrayList<>(List.of(Subprocess.require("setsid")));
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
