package org.moshpit.common.stun;

import java.nio.ByteBuffer;

/**
 * ICE-CONTROLLING, RFC 8445 §16.1: the sender believes it is controlling.
 *
 * @param tieBreaker 64 random bits, compared unsigned
 */
public record IceControlling(long tieBreaker) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x802A;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return ByteBuffer.allocate(8).putLong(tieBreaker).array();
  }
}
