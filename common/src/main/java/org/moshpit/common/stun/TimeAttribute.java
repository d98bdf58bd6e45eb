package org.moshpit.common.stun;

import java.nio.ByteBuffer;

/**
 * TIME, Moshpit's own: when the request was made, so that a captured one soon is worthless.
 *
 * @param unixMillis milliseconds since 1970, by the rendezvous' clock as far as the agent knows it
 */
public record TimeAttribute(long unixMillis) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0xED02;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return ByteBuffer.allocate(8).putLong(unixMillis).array();
  }
}
