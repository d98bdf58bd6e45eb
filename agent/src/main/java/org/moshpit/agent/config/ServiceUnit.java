package org.moshpit.agent.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/** The service that a package has brought for the daemon of this user, if it has. */
public final class ServiceUnit {
  /** Whoever has forgotten the first half has no agent after the next boot either. */
  private static final String BEGIN = "enable --now";

  private ServiceUnit() {}

  /** Whether there is one. */
  public static boolean isThere() {
    return isThere(ThisUser.isRoot());
  }

  private static boolean isThere(boolean root) {
    return Files.exists(
        Path.of("/usr/lib/systemd", root ? "system" : "user", "moshpit-agent.service"));
  }

  /**
   * What to type.
   *
   * @param verb such as {@code start}
   */
  public static String command(String verb) {
    return command(verb, ThisUser.isRoot());
  }

  private static String command(String verb, boolean root) {
    return (root ? "systemctl " : "systemctl --user ") + verb + " moshpit-agent";
  }

  /**
   * What to type where a daemon runs and is to begin anew.
   *
   * @param stop what would end it, as {@link org.moshpit.common.process.LockHolder} knows it
   */
  public static String howToRestart(String stop) {
    if (stop.startsWith("systemctl ")) {
      return stop.replaceFirst(" stop ", " restart ");
    }
    return (stop.isEmpty() ? "end the agent that runs here" : stop) + ", then agent run";
  }

  /**
   * A clause: what to do where no daemon runs.
   *
   * @param enrolled whether this user has an agent; else it may be root's that is missing
   */
  public static String howToStart(boolean enrolled) {
    return howToStart(enrolled, ThisUser.isRoot(), ServiceUnit::isThere);
  }

  /** The same; {@code isThere} is asked for root's unit with true, else for a user's. */
  static String howToStart(boolean enrolled, boolean root, Predicate<Boolean> isThere) {
    if (!enrolled) {
      // whether root's agent is enrolled, others cannot see
      return root || !isThere.test(true)
          ? "enroll it first: agent enroll -"
          : "enroll it first (agent enroll -) or start root's: " + command(BEGIN, true);
    }
    return "start it: " + (isThere.test(root) ? command(BEGIN, root) : "agent run");
  }
}
