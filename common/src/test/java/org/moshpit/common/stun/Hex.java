package org.moshpit.common.stun;

import java.util.HexFormat;

/** Hex as people write it: with blanks and line ends, and {@code #} comments. */
final class Hex {
  private Hex() {}

  static byte[] bytes(String text) {
    return HexFormat.of().parseHex(text.replaceAll("#[^\n]*", "").replaceAll("\\s", ""));
  }

  static String text(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
