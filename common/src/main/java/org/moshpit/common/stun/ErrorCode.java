package org.moshpit.common.stun;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * ERROR-CODE, RFC 8489 §14.8.
 *
 * @param code 300–699
 * @param reason for people, at most 763 bytes of UTF-8
 */
public record ErrorCode(int code, String reason) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x0009;

  /** Longest reason, bytes of UTF-8. */
  public static final int MAX_REASON_BYTES = 763;

  /** RFC 8489 §14.8: the request was malformed. */
  public static final int BAD_REQUEST = 400;

  /** RFC 8489 §14.8: no or wrong credentials. */
  public static final int UNAUTHENTICATED = 401;

  /** RFC 8489 §14.8: a comprehension-required attribute was not understood. */
  public static final int UNKNOWN_ATTRIBUTE = 420;

  /** RFC 8445 §16.2: both agents believe they have the same role. */
  public static final int ROLE_CONFLICT = 487;

  /** Checks the ranges. */
  public ErrorCode {
    if (code < 300 || code > 699) {
      throw new IllegalArgumentException("error code " + code);
    }
    TextValue.check(reason, MAX_REASON_BYTES);
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + text.length)
        .putInt(((code / 100) << 8) | (code % 100))
        .put(text)
        .array();
  }

  /** The error, or null if these bytes are none. */
  static ErrorCode read(byte[] value) {
    if (value.length < 4) {
      return null;
    }
    int hundreds = value[2] & 7;
    int number = value[3] & 0xff;
    String reason = TextValue.read(value, 4, MAX_REASON_BYTES);
    boolean sound = hundreds >= 3 && hundreds <= 6 && number <= 99 && reason != null;
    return sound ? new ErrorCode(hundreds * 100 + number, reason) : null;
  }
}
