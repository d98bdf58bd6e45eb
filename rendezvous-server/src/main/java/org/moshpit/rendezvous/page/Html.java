package org.moshpit.rendezvous.page;

import java.util.Locale;

/** HTML being written. What is not a constant of ours is escaped on its way in. */
final class Html {
  private final StringBuilder out = new StringBuilder(32 << 10);

  /** Markup of ours, as it is. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  /** Markup of ours with numbers in it, as in {@link String#format}. */
  Html raw(String format, Number... numbers) {
    out.append(String.format(Locale.ROOT, format, (Object[]) numbers));
    return this;
  }

  /** Text of anybody's. */
  Html text(String text) {
    escape(out, text);
    return this;
  }

  /** An element around text of anybody's. */
  Html element(String tag, String text) {
    return raw("<" + tag + ">").text(text).raw("</" + tag.replaceFirst(" .*", "") + ">");
  }

  /** A cell of a table that holds text. */
  Html cell(String text) {
    return element("td", text);
  }

  /** A cell of a table that holds a number. */
  Html number(String text) {
    return element("td class=\"n\"", text);
  }

  /**
   * For element content and quoted attributes. What HTML does not allow, control characters and
   * lone surrogates, becomes U+FFFD.
   */
  static void escape(StringBuilder out, String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(allowed(c) ? c : 0xfffd);
              }
            });
  }

  private static boolean allowed(int c) {
    return !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
