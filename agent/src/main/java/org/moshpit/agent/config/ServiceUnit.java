package org.moshpit.agent.config;

import java.nio.file.Files;
import java.nio.file.Path;

/** The service that a package has brought for the daemon of this user, if it has. */
public final class ServiceUnit {
  private ServiceUnit() {}

  /** Whether there is one. */
  public static boolean isThere() {
    return Files.exists(
        Path.of(
            "/usr/lib/systemd", ThisUser.isRoot() ? "system" : "user", "moshpit-agent.service"));
  }

  /**
   * What to type.
   *
   * @param verb such as {@code start}
   */
  public static String command(String verb) {
    return (ThisUser.isRoot() ? "systemctl " : "systemctl --user ") + verb + " moshpit-agent";
  }
}
