package org.moshpit.agent.config;

import java.nio.file.Path;
import org.moshpit.common.process.KernelUser;

/** The user this process runs as. */
public final class ThisUser {
  private static final long UID = KernelUser.uid();

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
}
