package org.moshpit.agent.cli.laptop;

import java.io.PrintStream;
import org.moshpit.common.text.Screen;

/** A whole sentence on stderr, on lines of its own. */
final class Sentence {
  private Sentence() {}

  /**
   * Prints what this program says, wrapped on a terminal, and without the control characters of
   * whoever it quotes. Any thread.
   */
  static void print(PrintStream err, String sentence) {
    printBare(err, "agent: " + sentence);
  }

  /** The same of a line that does not begin with who says it. */
  static void printBare(PrintStream err, String line) {
    err.print(Screen.stderr().wrapped(line));
  }
}
