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

  /** The value of such an option, given either way, or null. */
  static String valueOf(String option, String... args) {
    for (int i = 0; i < args.length && !args[i].equals("--"); i++) {
      if (args[i].equals(option) && i + 1 < args.length) {
        return args[i + 1];
      }
      if (args[i].startsWith(option + "=")) {
        return args[i].substring(option.length() + 1);
      }
    }
    return null;
  }
}
