package org.moshpit.common.text;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** How both programs' help is laid out. */
public final class Usage {
  /** What is no terminal is taken to be as wide as one usually is. */
  private static final int COLUMNS = 80;

  private static final int LEAST = 56;

  /** Longer lines are hard to read. */
  private static final int MOST = 100;

  private Usage() {}

  /**
   * Fits the help to standard output, if it is asked for, or no command is.
   *
   * @param line with its subcommands
   * @param args of the process
   */
  public static void fit(CommandLine line, String... args) {
    List<String> words = List.of(args);
    if (!words.isEmpty()
        && !words.contains("--help")
        && !words.contains("-h")
        && !words.contains("help")) {
      return; // stty need not be asked
    }
    on(line, Screen.stdout());
  }

  /** Air between the parts. */
  private static void headings(CommandLine line) {
    line.getCommandSpec()
        .usageMessage()
        .parameterListHeading("%nArguments:%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n");
    line.getSubcommands().values().forEach(Usage::headings);
  }

  /** Fits the help to that screen. */
  static void on(CommandLine line, Screen screen) {
    int columns = screen.columns() == 0 ? COLUMNS : screen.columns();
    line.setUsageHelpWidth(Math.max(LEAST, Math.min(MOST, columns)));
    headings(line);
    line.setColorScheme(Help.defaultColorScheme(screen.colour() ? Help.Ansi.ON : Help.Ansi.OFF));
  }
}
