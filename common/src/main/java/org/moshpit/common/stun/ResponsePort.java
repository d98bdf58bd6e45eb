package org.moshpit.common.stun;

import java.nio.ByteBuffer;

/**
 * RESPONSE-PORT, RFC 5780 §7.5: asks that the answer go to another port of the request's source.
 *
 * @param port 1–65535
 */
public record ResponsePort(int port) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x0027;

  /** Checks the port's range. */
  public ResponsePort {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port);
    }
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return ByteBuffer.allocate(4).putShort((short) port).array();
  }

  /** Null if there is no such port, or the length is wrong. */
  static ResponsePort read(byte[] value) {
    int port = value.length == 4 ? StunMessage.uint16(value, 0) : 0;
    return port == 0 ? null : new ResponsePort(port);
  }
}
