package org.moshpit.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The user this process runs as. */
public final class ThisUser {
  private static final long UID = readUid();

  private ThisUser() {}

  /** The effective user id, 0 for root. */
  public static long uid() {
    return UID;
  }

  /** Whether this process runs as root. */
  public static boolean isRoot() {
    return UID == 0;
  }

  /** The login name. */
  public static String name() {
    return System.getProperty("user.name");
  }

  /** The home directory as the environment has it, else as the user database has it. */
  public static Path home() {
    String home = System.getenv("HOME");
    return Path.of(home == null || !home.startsWith("/") ? System.getProperty("user.home") : home);
  }

  private static long readUid() {
    // The JDK has no getuid, but a process owns its entry in /proc, and elsewhere its home.
    Path proc = Path.of("/proc/self/");
    try {
      Path own = Files.exists(proc) ? proc : Path.of(System.getProperty("user.home"));
      return ((Number) Files.getAttribute(own, "unix:uid")).longValue() & 0xffffffffL;
    } catch (IOException | UnsupportedOperationException e) {
      return "root".equals(name()) ? 0 : -1;
    }
  }
}
