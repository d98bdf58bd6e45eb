package org.moshpit.agent.cli;

import java.util.Set;

/** Finds which command is asked for before anything is parsed, so that only that one is loaded. */
final class CommandName {
  private static final Set<String> WITH_VALUE = Set.of("--config-dir", "--state-dir");

  private CommandName() {}

  /** The first word that is neither an option nor an option's value, or null. */
  static String in(String... args) {
    for (int i = 0; i < args.length; i++) {
      if (WITH_VALUE.contains(args[i])) {
        i++;
      } else if (!args[i].startsWith("-")) {
        return args[i];
      }
    }
    return null;
  }
}
