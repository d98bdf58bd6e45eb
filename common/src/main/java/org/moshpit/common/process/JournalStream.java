package org.moshpit.common.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Whether stderr is connected to the journal: {@code JOURNAL_STREAM} holds its device and inode
 * (systemd.exec(5)). The variable alone is no proof, children inherit it.
 */
public final class JournalStream {
  private JournalStream() {}

  /** Whether this process' stderr is. */
  public static boolean isStderr() {
    return isFile(System.getenv("JOURNAL_STREAM"), Path.of("/proc/self/fd/2"));
  }

  static boolean isFile(String variable, Path file) {
    if (variable == null || variable.isEmpty()) {
      return false;
    }
    try {
      Map<String, Object> is = Files.readAttributes(file, "unix:dev,ino");
      return variable.equals(is.get("dev") + ":" + is.get("ino"));
    } catch (IOException | RuntimeException e) {
      return false; // no /proc: no journal either
    }
  }
}
