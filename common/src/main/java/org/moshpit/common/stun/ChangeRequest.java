package org.moshpit.common.stun;

import java.nio.ByteBuffer;

/**
 * CHANGE-REQUEST, RFC 5780 §7.2: asks that the answer come from elsewhere.
 *
 * @param changeIp from the other address
 * @param changePort from the other port
 */
public record ChangeRequest(boolean changeIp, boolean changePort) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x0003;

  static final int CHANGE_IP = 4;
  static final int CHANGE_PORT = 2;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    int flags = (changeIp ? CHANGE_IP : 0) | (changePort ? CHANGE_PORT : 0);
    return ByteBuffer.allocate(4).putInt(flags).array();
  }
}
