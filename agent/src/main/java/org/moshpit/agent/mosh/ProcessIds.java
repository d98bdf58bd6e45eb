package org.moshpit.agent.mosh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * As whom a process runs, if it runs as one user through and through: real, effective, saved and
 * file system ids all the same (proc(5), /proc/PID/status).
 *
 * @param uid user id
 * @param gid real group id
 */
record ProcessIds(int uid, int gid) {

  /** Of the process that has this number now; empty if there is none, or it is of two minds. */
  static Optional<ProcessIds> of(long pid) {
    try {
      return parse(Files.readString(status(pid), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Path status(long pid) {
    return Path.of("/proc", Long.toString(pid), "status");
  }

  static Optional<ProcessIds> parse(String status) {
    int[] uids = ids(status, "Uid:");
    int[] gids = ids(status, "Gid:");
    return uids.length == 4 && gids.length == 4 && Arrays.stream(uids).allMatch(id -> id == uids[0])
        ? Optional.of(new ProcessIds(uids[0], gids[0]))
        : Optional.empty();
  }

  /** The first such line counts; the command's name stands before it, its line breaks escaped. */
  private static int[] ids(String status, String heading) {
    try {
      return status
          .lines()
          .filter(line -> line.startsWith(heading))
          .findFirst()
          .map(line -> line.substring(heading.length()).trim().split("\\s+", -1))
          .map(words -> Arrays.stream(words).mapToInt(Integer::parseUnsignedInt).toArray())
          .orElse(new int[0]);
    } catch (NumberFormatException e) {
      return new int[0];
    }
  }
}
