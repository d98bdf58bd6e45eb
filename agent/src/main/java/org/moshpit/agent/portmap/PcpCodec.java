package org.moshpit.agent.portmap;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * PCP messages of a client, RFC 6887 §7 and §11: the layout stands in this package's description.
 */
final class PcpCodec {
  static final int VERSION = 2;
  static final int NONCE_LENGTH = 12;
  static final int SUCCESS = 0;
  static final int UNSUPPORTED_VERSION = 1;

  private static final int HEADER = 24;
  private static final int MAP = HEADER + 36;
  private static final int MAX = 1100;
  private static final int OPCODE_ANNOUNCE = 0;
  private static final int OPCODE_MAP = 1;
  private static final int ANSWER = 0x80;
  private static final int UDP = 17;

  /**
   * An answer to a MAP request.
   *
   * @param lifetimeSeconds of the mapping, or, of an error, before which asking again is no use
   * @param nonce 12 bytes, as they were asked with
   * @param outer where the port is reached; of an error, what was asked for
   */
  record MapAnswer(
      int result,
      long lifetimeSeconds,
      long epochSeconds,
      byte[] nonce,
      int innerPort,
      int outerPort,
      InetAddress outer) {}

  private PcpCodec() {}

  /**
   * A MAP request for UDP.
   *
   * @param lifetimeSeconds 0 ends the mapping
   * @param suggested the outer address to keep, or null
   */
  static byte[] map(
      InetAddress client,
      byte[] nonce,
      int innerPort,
      int suggestedPort,
      InetAddress suggested,
      long lifetimeSeconds) {
    ByteBuffer out = ByteBuffer.allocate(MAP);
    header(out, OPCODE_MAP, lifetimeSeconds, client);
    out.put(nonce).putInt(UDP << 24).putShort((short) innerPort).putShort((short) suggestedPort);
    out.put(suggested == null ? unspecified(client) : sixteen(suggested));
    return out.array();
  }

  /** Asks nothing but for an answer, RFC 6887 §14.1. */
  static byte[] announce(InetAddress client) {
    ByteBuffer out = ByteBuffer.allocate(HEADER);
    header(out, OPCODE_ANNOUNCE, 0, client);
    return out.array();
  }

  private static void header(ByteBuffer out, int opcode, long lifetimeSeconds, InetAddress client) {
    out.put((byte) VERSION).put((byte) opcode).putShort((short) 0).putInt((int) lifetimeSeconds);
    out.put(sixteen(client));
  }

  /** Whether it is an answer of a PCP server, whatever it says. */
  static boolean isAnswer(byte[] datagram) {
    return datagram.length >= HEADER
        && datagram.length <= MAX
        && datagram.length % 4 == 0
        && datagram[0] == VERSION
        && (datagram[1] & ANSWER) != 0;
  }

  /** The answer to a MAP request for UDP; empty: anything else, or malformed. */
  static Optional<MapAnswer> parseMap(byte[] datagram) {
    if (!isAnswer(datagram)
        || datagram.length < MAP
        || (datagram[1] & 0xff) != (ANSWER | OPCODE_MAP)) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(datagram);
    int result = in.get(3) & 0xff;
    long lifetime = Integer.toUnsignedLong(in.getInt(4));
    long epoch = Integer.toUnsignedLong(in.getInt(8));
    byte[] nonce = Arrays.copyOfRange(datagram, HEADER, HEADER + NONCE_LENGTH);
    int protocol = in.get(HEADER + 12) & 0xff;
    if (protocol != UDP) {
      return Optional.empty();
    }
    return Optional.of(
        new MapAnswer(
            result,
            lifetime,
            epoch,
            nonce,
            Short.toUnsignedInt(in.getShort(HEADER + 16)),
            Short.toUnsignedInt(in.getShort(HEADER + 18)),
            address(Arrays.copyOfRange(datagram, HEADER + 20, MAP))));
  }

  private static byte[] sixteen(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    if (bytes.length == 16) {
      return bytes;
    }
    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = (byte) 0xff;
    System.arraycopy(bytes, 0, mapped, 12, 4);
    return mapped;
  }

  /** RFC 6887 §11.1: "any" is written in the family that is wanted. */
  private static byte[] unspecified(InetAddress family) {
    byte[] any = new byte[16];
    if (family.getAddress().length == 4) {
      any[10] = any[11] = (byte) 0xff;
    }
    return any;
  }

  private static InetAddress address(byte[] sixteen) {
    try {
      return InetAddress.getByAddress(sixteen); // makes an IPv4 address of a mapped one
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // there are 16 of them
    }
  }
}
