package org.moshpit.agent.cli;

import java.util.Locale;

/** Fits sentences made elsewhere to the form of this command line. */
final class Sentences {
  private Sentences() {}

  /** A sentence to stand after {@code agent: }: a small first letter, no full stop. */
  static String continued(String sentence) {
    String text = sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    boolean word = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    boolean article = text.startsWith("A ");
    return word || article
        ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1)
        : text;
  }
}
