package org.moshpit.common.stun;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * MESSAGE-INTEGRITY, RFC 8489 §14.5, and MESSAGE-INTEGRITY-SHA256, §14.6: an HMAC over the message
 * before it, with the header's length already counting it.
 */
public enum MessageIntegrity {
  /** MESSAGE-INTEGRITY. */
  SHA1(0x0008, 20, "HmacSHA1"),
  /** MESSAGE-INTEGRITY-SHA256, never truncated. */
  SHA256(0x001C, 32, "HmacSHA256");

  private final int type;
  private final int valueLength;
  private final String algorithm;

  MessageIntegrity(int type, int valueLength, String algorithm) {
    this.type = type;
    this.valueLength = valueLength;
    this.algorithm = algorithm;
  }

  /** The attribute type. */
  public int type() {
    return type;
  }

  /** Length of the value, bytes. */
  public int valueLength() {
    return valueLength;
  }

  /** Length with the attribute header, bytes. */
  public int length() {
    return 4 + valueLength;
  }

  /**
   * The value for an attribute at {@code at}, whatever the header's length field says now.
   *
   * @param offset where the message starts
   * @param at where the attribute starts, counted from the message's start
   */
  byte[] compute(byte[] bytes, int offset, int at, byte[] key) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      int counted = at + length() - StunMessage.HEADER_LENGTH;
      mac.update(bytes, offset, 2);
      mac.update((byte) (counted >>> 8));
      mac.update((byte) counted);
      mac.update(bytes, offset + 4, at - 4);
      return mac.doFinal();
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      // every Java platform has both algorithms, and a SecretKeySpec fits them at any length
      throw new IllegalStateException(e);
    }
  }
}
