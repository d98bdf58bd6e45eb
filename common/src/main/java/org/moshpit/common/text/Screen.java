package org.moshpit.common.text;

import java.util.ArrayList;
import java.util.List;
import org.moshpit.common.identity.PlainText;

/**
 * What text is written to.
 *
 * @param columns its width; 0: it is no terminal, and has any
 * @param colour whether it has colours, and they are wanted
 */
public record Screen(int columns, boolean colour) {
  /** A file or a pipe: everything, for other programs to read. */
  public static final Screen PLAIN = new Screen(0, false);

  /** Standard output as it is now. Asks {@code stty}, some 2 ms, if it is a terminal. */
  public static Screen stdout() {
    return Terminal.stdout().map(Terminal::screen).orElse(PLAIN);
  }

  /** Standard error as it is now. Asks {@code stty}, some 2 ms, if it is a terminal. */
  public static Screen stderr() {
    return Terminal.stderr().map(Terminal::screen).orElse(PLAIN);
  }

  /** A line's text in a style; control characters in it become question marks. */
  public String styled(Style style, String text) {
    return style.on(PlainText.marked(text), colour);
  }

  /**
   * A sentence on as many lines as it takes, each with its line feed, none broken in a word; the
   * first word, which is who says it, is never alone.
   */
  public String wrapped(String sentence) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : PlainText.marked(sentence).split(" ", -1)) {
      if (columns > 0
          && !(lines.isEmpty() ? line.indexOf(" ") < 0 : line.isEmpty())
          && Widths.of(line.toString()) + 1 + Widths.of(word) > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return String.join("\n", lines) + "\n";
  }
}
