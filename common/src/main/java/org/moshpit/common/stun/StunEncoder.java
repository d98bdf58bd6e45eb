package org.moshpit.common.stun;

import java.nio.ByteBuffer;

/** Records to bytes. Padding is zeros. A message over 65,535 bytes is the caller's bug. */
public final class StunEncoder {
  private static final int MAX_BODY = 0xfffc;

  private StunEncoder() {}

  /** The bare message. */
  public static byte[] encode(StunMessage message) {
    return write(message, 0).array();
  }

  /** The message with FINGERPRINT. */
  public static byte[] encodeWithFingerprint(StunMessage message) {
    ByteBuffer out = write(message, Fingerprint.LENGTH);
    appendFingerprint(out);
    return out.array();
  }

  /**
   * The message with MESSAGE-INTEGRITY and FINGERPRINT.
   *
   * @param key the short-term password's bytes, or an agent's STUN key; not empty
   */
  public static byte[] encode(StunMessage message, byte[] key) {
    return encode(message, MessageIntegrity.SHA1, key, true);
  }

  /** The message with the integrity attribute named, and FINGERPRINT if wanted. */
  public static byte[] encode(
      StunMessage message, MessageIntegrity integrity, byte[] key, boolean fingerprint) {
    ByteBuffer out = write(message, integrity.length() + (fingerprint ? Fingerprint.LENGTH : 0));
    byte[] mac = integrity.compute(out.array(), 0, out.position(), key);
    out.putShort((short) integrity.type()).putShort((short) mac.length).put(mac);
    if (fingerprint) {
      appendFingerprint(out);
    }
    return out.array();
  }

  /** Header and attributes; {@code reserve} bytes stay free behind them and are counted. */
  private static ByteBuffer write(StunMessage message, int reserve) {
    byte[][] values = new byte[message.attributes().size()][];
    int body = reserve;
    for (int i = 0; i < values.length; i++) {
      values[i] = message.attributes().get(i).value(message.transactionId());
      body += 4 + padded(values[i].length);
    }
    if (body > MAX_BODY) {
      throw new IllegalArgumentException(body + " bytes of attributes");
    }
    ByteBuffer out = ByteBuffer.allocate(StunMessage.HEADER_LENGTH + body);
    out.putShort((short) typeBits(message.type(), message.method())).putShort((short) body);
    out.putInt(StunMessage.MAGIC_COOKIE);
    out.putLong(message.transactionId().high()).putInt(message.transactionId().low());
    for (int i = 0; i < values.length; i++) {
      out.putShort((short) message.attributes().get(i).type()).putShort((short) values[i].length);
      out.put(values[i]);
      out.position(padded(out.position()));
    }
    return out;
  }

  private static void appendFingerprint(ByteBuffer out) {
    int crc = Fingerprint.of(out.array(), 0, out.position());
    out.putShort((short) Fingerprint.TYPE).putShort((short) 4).putInt(crc);
  }

  /** RFC 8489 §5, figure 3: the class bits stand between the method's. */
  private static int typeBits(StunClass type, int method) {
    int bits = type.ordinal();
    return (method & 0xf80) << 2
        | (method & 0x70) << 1
        | method & 0xf
        | (bits & 2) << 7
        | (bits & 1) << 4;
  }

  static int padded(int length) {
    return length + 3 & ~3;
  }
}
