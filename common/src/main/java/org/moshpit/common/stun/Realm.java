package org.moshpit.common.stun;

import java.nio.charset.StandardCharsets;

/**
 * REALM, RFC 8489 §14.9: the realm of a long-term credential.
 *
 * @param text at most 763 bytes of UTF-8; more is an {@link IllegalArgumentException}
 */
public record Realm(String text) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x0014;

  /** Longest value, bytes of UTF-8. */
  public static final int MAX_BYTES = 763;

  /** Checks the length. */
  public Realm {
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
