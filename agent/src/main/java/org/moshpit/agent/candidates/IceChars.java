package org.moshpit.agent.candidates;

import java.util.random.RandomGenerator;

/** The ice-char alphabet: letters, digits, '+' and '/' (RFC 8839 §5.1). */
final class IceChars {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private IceChars() {}

  static boolean areValid(String text, int min, int max) {
    if (text == null || text.length() < min || text.length() > max) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (ALPHABET.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Random ice-chars, 6 bits of {@code random} each. */
  static String random(int length, RandomGenerator random) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
