package org.moshpit.common.stun;

import java.nio.charset.StandardCharsets;

/**
 * USERNAME, RFC 8489 §14.3: whose key MESSAGE-INTEGRITY was made with.
 *
 * @param text at most 508 bytes of UTF-8; more is an {@link IllegalArgumentException}
 */
public record Username(String text) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x0006;

  /** Longest value, bytes of UTF-8. */
  public static final int MAX_BYTES = 508;

  /** Checks the length. */
  public Username {
    TextValue.check(text, MAX_BYTES);
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
