package org.moshpit.deploy.documents;

import java.util.List;

/**
 * Commands of the documents that are run in the lab, and what must come of them.
 *
 * @param at the line of Java it stands on
 * @param commands as the documents have them; the work runs each
 */
record Step(String at, List<String> commands, Work work) {
  /** Runs the commands. */
  @FunctionalInterface
  interface Work {
    void on(Scene scene) throws Exception;
  }

  static Step of(Work work, String... commands) {
    return new Step(Claim.caller(), List.of(commands), work);
  }
}
