package org.moshpit.common.identity;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Text that a stranger chose and a person will read on a terminal. What steers a terminal, breaks a
 * line, hides or turns text round is not plain: Unicode's general category C, so ESC and the C1
 * controls (U+009B begins a sequence, too), formats such as the bidirectional overrides, lone
 * surrogates, private and unassigned code points, and the separators of lines and paragraphs.
 */
public final class PlainText {
  private PlainText() {}

  /** Whether a terminal can be trusted with this code point. */
  public static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Whether all of it is plain. */
  public static boolean isPlain(String text) {
    int codePoint;
    for (int i = 0; i < text.length(); i += Character.charCount(codePoint)) {
      codePoint = text.codePointAt(i);
      if (!isPlain(codePoint)) {
        return false;
      }
    }
    return true;
  }

  /** The text with one space for each run of what is not plain. */
  public static String clean(String text) {
    return replace(text, ' ', true);
  }

  /** The text with a question mark for each code point that is not plain. */
  public static String marked(String text) {
    return replace(text, '?', false);
  }

  /** Lines of text, each {@link #marked} but for the tabs at its beginning. */
  public static String lines(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    int begin = 0;
    while (begin < text.length()) {
      int end = text.indexOf('\n', begin);
      String line = end < 0 ? text.substring(begin) : text.substring(begin, end);
      int tabs = 0;
      while (tabs < line.length() && line.charAt(tabs) == '\t') {
        tabs++;
      }
      plain.append(line, 0, tabs).append(marked(line.substring(tabs))).append(end < 0 ? "" : "\n");
      begin = end < 0 ? text.length() : end + 1;
    }
    return plain.toString();
  }

  /** A stack trace, which may quote anybody, as {@link #lines}. */
  public static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return lines(text.toString());
  }

  private static String replace(String text, char by, boolean runs) {
    if (isPlain(text)) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    boolean replaced = false;
    for (int codePoint : text.codePoints().toArray()) {
      if (isPlain(codePoint)) {
        plain.appendCodePoint(codePoint);
        replaced = false;
      } else if (!replaced || !runs) {
        plain.append(by);
        replaced = true;
      }
    }
    return plain.toString();
  }
}
