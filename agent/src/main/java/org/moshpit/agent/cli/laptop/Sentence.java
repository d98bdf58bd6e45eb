package org.moshpit.agent.cli.laptop;

import java.io.PrintStream;
import org.moshpit.common.identity.PlainText;

/** A whole sentence on stderr, on a line of its own. */
final class Sentence {
  private Sentence() {}

  /** Prints it, without the control characters of whoever it quotes. Any thread. */
  static void print(PrintStream err, String sentence) {
    err.println("agent: " + PlainText.marked(sentence));
  }
}
