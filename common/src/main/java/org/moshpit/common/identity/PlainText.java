package org.moshpit.common.identity;

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
    return text.codePoints().allMatch(PlainText::isPlain);
  }

  /** The text with one space for each run of what is not plain. */
  public static String clean(String text) {
    return replace(text, ' ', true);
  }

  /** The text with a question mark for each code point that is not plain. */
  public static String marked(String text) {
    return replace(text, '?', false);
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
