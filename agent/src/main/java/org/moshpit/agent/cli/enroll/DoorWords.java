package org.moshpit.agent.cli.enroll;

import org.moshpit.agent.auth.Account;

/** Words that both doors use. */
final class DoorWords {
  private DoorWords() {}

  /** Whether who has it cannot log in at all, nologin(8). */
  static boolean isNoShell(String shell) {
    return shell.endsWith("/nologin") || shell.endsWith("/false");
  }

  static String keys(int count) {
    return count == 1 ? "1 key" : count + " keys";
  }

  /**
   * What to do about a file that does not count, or a key in it. What is outside the user's home
   * directory is theirs by a symbolic link of their own making, and is not to be given to them.
   */
  static String remedy(String problem, Account account) {
    if (!problem.startsWith("bad ownership")) {
      return "Mend that file, or put another public key into it.";
    }
    return (problem + "/").contains(" of " + account.home() + "/")
        ? "chown " + account.name() + " and chmod go-w what it names."
        : "It is outside the home directory of "
            + account.name()
            + ": let authorized_keys be a file in there.";
  }
}
