package org.moshpit.common.stun;

import java.nio.ByteBuffer;

/**
 * ICE-CONTROLLED, RFC 8445 §16.1: the sender believes it is controlled.
 *
 * @param tieBreaker 64 random bits, compared unsigned
 */
public record IceControlled(long tieBreaker) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x8029;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return ByteBuffer.allocate(8).putLong(tieBreaker).array();
  }
}
