package org.moshpit.common.stun;

import java.nio.ByteBuffer;

/**
 * SOCKET-ID, Moshpit's own: which of its sockets an agent asks about.
 *
 * @param socket chosen by the agent, random; the 8 bytes of the link's Claim, big-endian
 */
public record SocketIdAttribute(long socket) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0xED01;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return ByteBuffer.allocate(8).putLong(socket).array();
  }
}
