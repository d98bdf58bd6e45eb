package org.moshpit.common.stun;

import java.nio.ByteBuffer;

/**
 * PRIORITY, RFC 8445 §16.1: what a peer-reflexive candidate learned from this check would have.
 *
 * @param value 0–2³²−1
 */
public record Priority(long value) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x0024;

  /** Checks the range. */
  public Priority {
    if (value < 0 || value > 0xffff_ffffL) {
      throw new IllegalArgumentException("priority " + value);
    }
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return ByteBuffer.allocate(4).putInt((int) value).array();
  }
}
