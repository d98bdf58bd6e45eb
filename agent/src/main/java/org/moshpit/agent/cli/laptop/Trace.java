package org.moshpit.agent.cli.laptop;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import org.moshpit.common.identity.PlainText;

/**
 * What {@code -v} tells: kept while the screen belongs to the session, printed before and after.
 * From any thread.
 */
final class Trace {
  private static final int MAX_LINES = 2_000;

  private final boolean wanted;
  private final long origin = System.nanoTime();
  private final Queue<String> lines = new ArrayDeque<>();
  private long lost;

  Trace(boolean wanted) {
    this.wanted = wanted;
  }

  /** Keeps a line, without control characters. Of too many the oldest are lost. */
  synchronized void say(String line) {
    if (!wanted) {
      return;
    }
    if (lines.size() == MAX_LINES) {
      lines.remove();
      lost++;
    }
    double seconds = (System.nanoTime() - origin) / 1e9;
    lines.add(String.format(Locale.ROOT, "%9.3f %s", seconds, PlainText.marked(line)));
  }

  /** Prints what is kept, and forgets it. */
  synchronized void print(PrintStream out) {
    if (lost > 0) {
      out.println("… " + lost + " lines are lost");
      lost = 0;
    }
    lines.forEach(out::println);
    lines.clear();
    out.flush();
  }
}
