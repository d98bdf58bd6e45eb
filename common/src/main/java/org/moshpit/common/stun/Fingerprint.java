package org.moshpit.common.stun;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * FINGERPRINT, RFC 8489 §14.7: CRC-32 of the message before it, with the header's length already
 * counting it, XOR 0x5354554E; always the last attribute.
 */
public final class Fingerprint {
  /** The attribute type. */
  public static final int TYPE = 0x8028;

  /** Length with the attribute header, bytes. */
  public static final int LENGTH = 8;

  private static final int MASK = 0x5354554e;

  private Fingerprint() {}

  /** Whether this is a STUN message that ends in a FINGERPRINT and the FINGERPRINT is right. */
  public static boolean verify(byte[] datagram) {
    return verify(datagram, 0, datagram.length);
  }

  /** As {@link #verify(byte[])}, of a part of an array. */
  public static boolean verify(byte[] bytes, int offset, int length) {
    if (!StunMessage.looksLikeStun(bytes, offset, length)
        || length < StunMessage.HEADER_LENGTH + LENGTH) {
      return false;
    }
    ByteBuffer tail = ByteBuffer.wrap(bytes, offset + length - LENGTH, LENGTH);
    return tail.getInt() == (TYPE << 16 | 4) && tail.getInt() == of(bytes, offset, length - LENGTH);
  }

  /** The value for a message whose first {@code length} bytes stand at {@code offset}. */
  static int of(byte[] bytes, int offset, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, offset, length);
    return (int) crc.getValue() ^ MASK;
  }
}
