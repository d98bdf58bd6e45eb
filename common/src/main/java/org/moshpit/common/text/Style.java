package org.moshpit.common.text;

/**
 * How text looks where there are colours (ECMA-48 §8.3.117, SGR). A colour only repeats what the
 * word says.
 */
public enum Style {
  /** As it comes. */
  PLAIN(""),
  /** A table's heading. */
  HEADING("1"),
  /** As it should be: online, direct. */
  GOOD("32"),
  /** It works, but not as well as it could: relay. */
  FAIR("33"),
  /** It does not work: no path. */
  BAD("31"),
  /** Of less weight: offline, nothing known. */
  DIM("2");

  private final String code;

  Style(String code) {
    this.code = code;
  }

  /** The text, between escape sequences if there are colours. */
  String on(String text, boolean colour) {
    return colour && !code.isEmpty() && !text.isEmpty()
        ? "\u001b[" + code + "m" + text + "\u001b[0m"
        : text;
  }
}
