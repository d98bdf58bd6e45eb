package org.moshpit.common.stun;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** UTF-8 text in attribute values, strict in both directions. */
final class TextValue {
  private TextValue() {}

  static void check(String text, int maxBytes) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > maxBytes) {
      throw new IllegalArgumentException(length + " bytes, at most " + maxBytes);
    }
  }

  /** The text, or null if it is too long or not UTF-8. */
  static String read(byte[] value, int offset, int maxBytes) {
    int length = value.length - offset;
    if (length > maxBytes) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(value, offset, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
