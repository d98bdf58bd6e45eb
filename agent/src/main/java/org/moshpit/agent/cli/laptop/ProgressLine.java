package org.moshpit.agent.cli.laptop;

import java.io.PrintStream;
import org.moshpit.common.identity.PlainText;

/**
 * The one line on stderr that tells what is happening while connecting; gone before the first
 * screen. Silent unless stderr is a terminal. From any thread.
 */
final class ProgressLine {
  private static final String BACK_AND_ERASE = "\r\u001b[K";

  private final PrintStream err;
  private final boolean terminal;
  private boolean shown;
  private boolean held;
  private boolean done;

  /**
   * A line on {@code err}.
   *
   * @param terminal whether it is a terminal that understands control sequences
   */
  ProgressLine(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** Replaces the line; without control characters. */
  synchronized void say(String text) {
    if (terminal && !done && !held) {
      shown = true;
      err.print(BACK_AND_ERASE + PlainText.marked(text));
      err.flush();
    }
  }

  /** Takes the line away; a question or a message may follow, and another line after it. */
  synchronized void clear() {
    if (shown) {
      shown = false;
      err.print(BACK_AND_ERASE);
      err.flush();
    }
  }

  /** Takes it away until {@link #release}: a program of the person's asks something itself. */
  synchronized void hold() {
    clear();
    held = true;
  }

  /** The next {@link #say} shows again. */
  synchronized void release() {
    held = false;
  }

  /** Takes it away for good: the screen belongs to the session now. */
  synchronized void finish() {
    clear();
    done = true;
  }
}
