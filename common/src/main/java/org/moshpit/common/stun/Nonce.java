package org.moshpit.common.stun;

import java.nio.charset.StandardCharsets;

/**
 * NONCE, RFC 8489 §14.10. In Moshpit: the token of an observed address, base64url.
 *
 * @param text at most 763 bytes of UTF-8; more is an {@link IllegalArgumentException}
 */
public record Nonce(String text) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x0015;

  /** Longest value, bytes of UTF-8. */
  public static final int MAX_BYTES = 763;

  /** Checks the length. */
  public Nonce {
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
