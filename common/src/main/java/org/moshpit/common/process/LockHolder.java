package org.moshpit.common.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Which process has a lock: its number stands in the lock file, written by who holds it. What
 * systemd started as a service is told by its unit, which is what ends it for good. Any thread;
 * blocks on the disk for a moment.
 */
public final class LockHolder {
  /** More than any number of a process. */
  private static final int MAX_FILE = 32;

  private static final Path PROC = Path.of("/proc");

  /**
   * A unit's name (systemd.unit(5)). A user who has a part of the cgroup tree may call a group
   * anything.
   */
  private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9:_.@\\\\-]{1,247}\\.service");

  private LockHolder() {}

  /**
   * Writes this process' number; for who has just taken the lock.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(FileChannel lockFile) throws IOException {
    String text = ProcessHandle.current().pid() + "\n";
    lockFile.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
    lockFile.truncate(text.length());
  }

  /**
   * Words for who holds it and how to end that.
   *
   * @return such as {@code (process 4711)}, with a space in front, and {@code systemctl stop
   *     moshpit-agent}; both empty if it is not known, or a process of another user than the
   *     directory's
   */
  public static Words words(Path lockFile) {
    return words(lockFile, PROC);
  }

  /**
   * Words to put into a sentence.
   *
   * @param who with a space in front, in parentheses; or empty
   * @param stop a command, or empty
   */
  public record Words(String who, String stop) {}

  /** A number in the file is its owner's word, so good for a process of that owner's alone. */
  static Words words(Path lockFile, Path proc) {
    OptionalLong process = process(lockFile);
    return process.isEmpty() || !isOfOwner(lockFile, proc.resolve(process.getAsLong() + ""))
        ? new Words("", "")
        : words(process.getAsLong(), proc);
  }

  private static boolean isOfOwner(Path lockFile, Path process) {
    try {
      return Files.getOwner(process).equals(Files.getOwner(lockFile.toAbsolutePath().getParent()));
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  /**
   * Words for a process, whatever it holds.
   *
   * @param proc the directory that tells of processes, {@code /proc}
   * @return both empty if it does not run
   */
  public static Words words(long process, Path proc) {
    String pid = Long.toString(process);
    if (!Files.exists(proc.resolve(pid))) {
      return new Words("", "");
    }
    return service(proc.resolve(pid), pid)
        .map(
            service ->
                new Words(
                    " (process " + pid + ", " + service.unit() + ")",
                    (service.ofUser() ? "systemctl --user stop " : "systemctl stop ")
                        + service.unit()))
        .orElse(new Words(" (process " + pid + ")", ""));
  }

  /** The number that stands in a lock file of this user's; empty if there is none. */
  public static OptionalLong process(Path lockFile) {
    try {
      if (!Files.isRegularFile(lockFile, LinkOption.NOFOLLOW_LINKS)
          || Files.size(lockFile) > MAX_FILE) {
        return OptionalLong.empty();
      }
      String text = Files.readString(lockFile, StandardCharsets.ISO_8859_1).strip();
      return text.matches("[1-9][0-9]{0,17}")
          ? OptionalLong.of(Long.parseLong(text))
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty(); // then it is not told
    }
  }

  private record Service(String unit, boolean ofUser) {}

  /**
   * Only of what systemd started itself (SYSTEMD_EXEC_PID, systemd.exec(5)): whatever else runs in
   * a service's control group, as in that of sshd, is not to be ended with it.
   */
  private static Optional<Service> service(Path process, String pid) {
    try {
      String environment =
          Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
      if (!List.of(environment.split("\0", -1)).contains("SYSTEMD_EXEC_PID=" + pid)) {
        return Optional.empty();
      }
      return Files.readAllLines(process.resolve("cgroup"), StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith("0::") || line.contains(":name=systemd:"))
          .map(line -> line.substring(line.indexOf(':', line.indexOf(':') + 1) + 1))
          .filter(path -> SERVICE.matcher(path.substring(path.lastIndexOf('/') + 1)).matches())
          .map(
              path ->
                  new Service(path.substring(path.lastIndexOf('/') + 1), path.contains("/user@")))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // gone, or another user's
    }
  }
}
