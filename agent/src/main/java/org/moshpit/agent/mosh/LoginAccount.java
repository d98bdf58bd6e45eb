package org.moshpit.agent.mosh;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The user a session runs as, from the system's user database.
 *
 * @param name login name
 * @param uid numeric user id
 * @param gid numeric primary group id
 * @param home home directory, absolute
 * @param shell login shell, absolute
 */
public record LoginAccount(String name, int uid, int gid, Path home, Path shell) {
  /** Checks for nulls and a name that could be taken for an option. */
  public LoginAccount {
    Objects.requireNonNull(home);
    Objects.requireNonNull(shell);
    if (name.isEmpty() || name.startsWith("-")) {
      throw new IllegalArgumentException("login name " + name);
    }
  }
}
