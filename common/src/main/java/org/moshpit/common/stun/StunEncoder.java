package org.moshpit.common.stun;

import java.nio.ByteBuffer;

/** Records to bytes. Padding is zeros. A message over 65,535 bytes is the caller's bug. */
public final class StunEncoder {
  private static final int MAX_BODY = 0xfffc;

  private StunEncoder() {}

  /** The bare message. */
  public static byte[] encode(StunMessage message) {
    return new Output(message, 0).bytes;
  }

  /** The message with FINGERPRINT. */
  public static byte[] encodeWithFingerprint(StunMessage message) {
    Output out = new Output(message, Fingerprint.LENGTH);
    out.appendFingerprint();
    return out.bytes;
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
    Output out = new Output(message, integrity.length() + (fingerprint ? Fingerprint.LENGTH : 0));
    out.append(integrity, key);
    if (fingerprint) {
      out.appendFingerprint();
    }
    return out.bytes;
  }

  /** RFC 8489 §5, figure 3: the class bits stand between the method's. */
  private static int typeBits(StunClass type, int method) {
    int bits = type.bits();
    return ((method & 0xf80) << 2)
        | ((method & 0x70) << 1)
        | (method & 0xf)
        | ((bits & 2) << 7)
        | ((bits & 1) << 4);
  }

  static int padded(int length) {
    return (length + 3) & ~3;
  }

  /** The bytes of one message while they are written. */
  private static final class Output {
    final byte[] bytes;
    final ByteBuffer out;

    /** Header and attributes; {@code reserve} bytes stay free behind them and are counted. */
    Output(StunMessage message, int reserve) {
      byte[][] values = new byte[message.attributes().size()][];
      int body = reserve;
      for (int i = 0; i < values.length; i++) {
        values[i] = message.attributes().get(i).value(message.transactionId());
        body += 4 + padded(values[i].length);
      }
      if (body > MAX_BODY) {
        throw new IllegalArgumentException(body + " bytes of attributes");
      }
      bytes = new byte[StunMessage.HEADER_LENGTH + body];
      out = ByteBuffer.wrap(bytes);
      out.putShort((short) typeBits(message.type(), message.method())).putShort((short) body);
      out.putInt(StunMessage.MAGIC_COOKIE);
      out.putLong(message.transactionId().high()).putInt(message.transactionId().low());
      for (int i = 0; i < values.length; i++) {
        out.putShort((short) message.attributes().get(i).type()).putShort((short) values[i].length);
        out.put(values[i]);
        out.position(padded(out.position()));
      }
    }

    void append(MessageIntegrity integrity, byte[] key) {
      byte[] mac = integrity.compute(bytes, 0, out.position(), key);
      out.putShort((short) integrity.type()).putShort((short) mac.length).put(mac);
    }

    void appendFingerprint() {
      int crc = Fingerprint.of(bytes, 0, out.position());
      out.putShort((short) Fingerprint.TYPE).putShort((short) 4).putInt(crc);
    }
  }
}
