package org.moshpit.agent.cli.box;

/** The line that {@code systemctl status} shows. */
final class StatusLine {
  private StatusLine() {}

  /**
   * Makes it.
   *
   * @param up whether there is a link
   * @param problem why there is none, a sentence that may say what to do after a semicolon; null if
   *     that is not known yet
   * @param name the agent's
   * @param host the rendezvous'
   * @param sessions how many are open
   */
  static String of(boolean up, String problem, String name, String host, long sessions) {
    return (up ? "registered as " + name + " at " : "no link to ")
        + host
        + (up || problem == null ? "" : ": " + problem.split(";", 2)[0])
        + "; "
        + sessions
        + (sessions == 1 ? " session" : " sessions");
  }
}
