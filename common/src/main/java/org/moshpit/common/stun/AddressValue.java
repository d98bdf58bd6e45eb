package org.moshpit.common.stun;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.moshpit.common.sansio.TransportAddress;

/** The value shared by the address attributes: 0, family, port, address (RFC 8489 §14.1, §14.2). */
final class AddressValue {
  private static final int IPV4 = 1;
  private static final int IPV6 = 2;

  private AddressValue() {}

  static byte[] plain(TransportAddress address) {
    byte[] ip = address.ip().getAddress();
    return ByteBuffer.allocate(4 + ip.length)
        .put((byte) 0)
        .put((byte) (ip.length == 4 ? IPV4 : IPV6))
        .putShort((short) address.port())
        .put(ip)
        .array();
  }

  static byte[] xored(TransportAddress address, TransactionId id) {
    byte[] value = plain(address);
    xor(value, id);
    return value;
  }

  /** The address, or null if these bytes are none. */
  static TransportAddress read(byte[] value) {
    boolean sound =
        (value.length == 8 && value[1] == IPV4) || (value.length == 20 && value[1] == IPV6);
    if (!sound) {
      return null;
    }
    int port = StunMessage.uint16(value, 2);
    return TransportAddress.of(Arrays.copyOfRange(value, 4, value.length), port);
  }

  static TransportAddress readXored(byte[] value, TransactionId id) {
    if (value.length != 8 && value.length != 20) {
      return null;
    }
    byte[] plain = value.clone();
    xor(plain, id);
    return read(plain);
  }

  private static void xor(byte[] value, TransactionId id) {
    byte[] mask =
        ByteBuffer.allocate(16)
            .putInt(StunMessage.MAGIC_COOKIE)
            .putLong(id.high())
            .putInt(id.low())
            .array();
    value[2] ^= mask[0];
    value[3] ^= mask[1];
    for (int i = 4; i < value.length; i++) {
      value[i] ^= mask[i - 4];
    }
  }
}
