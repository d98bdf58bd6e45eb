package org.moshpit.common.stun;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/** What became of bytes taken for a STUN message. */
public sealed interface StunParse {
  /**
   * Not a message we can read; it is dropped.
   *
   * @param reason for counters and tests
   */
  record Rejected(Reason reason) implements StunParse {}

  /** Why bytes were rejected. */
  enum Reason {
    /** Shorter than a header, leading bits, no magic cookie (RFC 3489 too), or a wrong length. */
    NOT_STUN,
    /** An attribute reaches beyond the message. */
    ATTRIBUTE_OVERRUN,
    /** More than {@link StunParser#MAX_ATTRIBUTES}. */
    TOO_MANY_ATTRIBUTES,
    /** A value that its attribute cannot have. */
    MALFORMED_ATTRIBUTE,
    /** FINGERPRINT is wrong, or not the last attribute. */
    FINGERPRINT
  }

  /** A readable message, and what its bytes prove. */
  final class Parsed implements StunParse {
    private final StunMessage message;
    private final byte[] bytes;
    private final int offset;
    private final int sha1At;
    private final int sha256At;
    private final boolean fingerprint;

    Parsed(
        StunMessage message,
        byte[] bytes,
        int offset,
        int sha1At,
        int sha256At,
        boolean fingerprint) {
      this.message = message;
      this.bytes = bytes;
      this.offset = offset;
      this.sha1At = sha1At;
      this.sha256At = sha256At;
      this.fingerprint = fingerprint;
    }

    /** The message; attributes behind an integrity attribute are not in it (RFC 8489 §14.5). */
    public StunMessage message() {
      return message;
    }

    /** Whether a FINGERPRINT is there; a wrong one would have been rejected. */
    public boolean hasFingerprint() {
      return fingerprint;
    }

    /** Whether that integrity attribute is there, right or wrong. */
    public boolean has(MessageIntegrity integrity) {
      return at(integrity) >= 0;
    }

    /**
     * Whether MESSAGE-INTEGRITY is there and made with that key; takes the same time either way.
     */
    public boolean verifies(byte[] key) {
      return verifies(MessageIntegrity.SHA1, key);
    }

    /** Whether that integrity attribute is there and made with that key. */
    public boolean verifies(MessageIntegrity integrity, byte[] key) {
      int at = at(integrity);
      if (at < 0) {
        return false;
      }
      int value = offset + at + 4;
      return MessageDigest.isEqual(
          Arrays.copyOfRange(bytes, value, value + integrity.valueLength()),
          integrity.compute(bytes, offset, at, key));
    }

    /** Types below 0x8000 this package has no record for, in order: cause for a 420 error. */
    public List<Integer> unknownRequired() {
      return message.attributes().stream()
          .filter(a -> a instanceof UnknownAttribute u && u.comprehensionRequired())
          .map(StunAttribute::type)
          .distinct()
          .toList();
    }

    private int at(MessageIntegrity integrity) {
      return integrity == MessageIntegrity.SHA1 ? sha1At : sha256At;
    }

    @Override
    public String toString() {
      return message.toString();
    }
  }
}
