package org.moshpit.agent.cli;

import picocli.CommandLine;

/**
 * The commands, as the manual pages and the shells' completions describe them. Not in {@link Main}:
 * the types of a main class's public methods are loaded at every start.
 */
public final class CommandModel {
  private CommandModel() {}

  /** All of them. */
  public static CommandLine all() {
    return Main.all();
  }
}
