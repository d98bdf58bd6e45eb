package org.moshpit.common.stun;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * UNKNOWN-ATTRIBUTES, RFC 8489 §14.13: in a 420 error, the types that were not understood.
 *
 * @param types attribute types, 0–65535 each
 */
public record UnknownAttributes(List<Integer> types) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x000A;

  /** Copies the list and checks the range of its members. */
  public UnknownAttributes {
    types = List.copyOf(types);
    for (int type : types) {
      if (type < 0 || type > 0xffff) {
        throw new IllegalArgumentException("attribute type " + type);
      }
    }
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    ByteBuffer out = ByteBuffer.allocate(2 * types.size());
    for (int type : types) {
      out.putShort((short) type);
    }
    return out.array();
  }

  /** The list, or null if these bytes are none. */
  static UnknownAttributes read(byte[] value) {
    if (value.length % 2 != 0 || value.length > 2 * StunParser.MAX_ATTRIBUTES) {
      return null;
    }
    List<Integer> types = new ArrayList<>();
    for (int i = 0; i < value.length; i += 2) {
      types.add(StunMessage.uint16(value, i));
    }
    return new UnknownAttributes(types);
  }
}
