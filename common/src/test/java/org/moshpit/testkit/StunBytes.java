package org.moshpit.testkit;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** What anybody on the way can make of a STUN message. */
public final class StunBytes {
  /** Bytes of its last attribute. */
  public static final int FINGERPRINT = 8;

  private static final int MASK = 0x5354554e;

  private StunBytes() {}

  /** With that bit turned, and a FINGERPRINT that fits again. */
  public static byte[] altered(byte[] message, int bit) {
    byte[] altered = message.clone();
    altered[bit / 8] ^= (byte) (1 << bit % 8);
    return sealed(altered);
  }

  /** Itself, its last bytes a FINGERPRINT that fits the others. */
  public static byte[] sealed(byte[] message) {
    CRC32 crc = new CRC32();
    crc.update(message, 0, message.length - FINGERPRINT);
    ByteBuffer.wrap(message).putInt(message.length - FINGERPRINT + 4, (int) crc.getValue() ^ MASK);
    return message;
  }
}
