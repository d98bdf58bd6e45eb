package org.moshpit.agent.portmap;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** NAT-PMP messages of a client, RFC 6886 §3: the layout stands in this package's description. */
final class NatPmpCodec {
  static final int PORT = 5351; // PCP's, too
  static final int VERSION = 0;
  static final int SUCCESS = 0;
  static final int UNSUPPORTED_VERSION = 1;

  private static final int OPCODE_ADDRESS = 0;
  private static final int OPCODE_UDP = 1;
  private static final int ANSWER = 0x80;

  /** What a router may say. */
  sealed interface Answer {
    /** Its address outside. */
    record Address(long epochSeconds, InetAddress outer) implements Answer {}

    /** A mapping. */
    record Port(long epochSeconds, int innerPort, int outerPort, long lifetimeSeconds)
        implements Answer {}

    /** An error. */
    record Refused(boolean ofPort, int result) implements Answer {}
  }

  private NatPmpCodec() {}

  /** Asks for the router's address outside. */
  static byte[] address() {
    return new byte[] {VERSION, OPCODE_ADDRESS};
  }

  /**
   * Asks for a UDP port.
   *
   * @param suggestedPort 0: any
   * @param lifetimeSeconds 0 ends the mapping
   */
  static byte[] port(int innerPort, int suggestedPort, long lifetimeSeconds) {
    return ByteBuffer.allocate(12)
        .put((byte) VERSION)
        .put((byte) OPCODE_UDP)
        .putShort((short) 0)
        .putShort((short) innerPort)
        .putShort((short) suggestedPort)
        .putInt((int) lifetimeSeconds)
        .array();
  }

  /** An answer; empty: anything else, or malformed. */
  static Optional<Answer> parse(byte[] datagram) {
    if (datagram.length < 8 || datagram.length > 16 || datagram[0] != VERSION) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(datagram);
    int opcode = datagram[1] & 0xff;
    int result = Short.toUnsignedInt(in.getShort(2));
    if (result == UNSUPPORTED_VERSION) {
      return Optional.of(
          new Answer.Refused(false, result)); // RFC 6886 §3.5: its opcode means nothing
    }
    long epoch = Integer.toUnsignedLong(in.getInt(4));
    boolean port = opcode == (ANSWER | OPCODE_UDP);
    if (!port && opcode != (ANSWER | OPCODE_ADDRESS)) {
      return Optional.empty();
    }
    if (result != SUCCESS) {
      return Optional.of(new Answer.Refused(port, result));
    }
    if (!port && datagram.length == 12) {
      return Optional.of(new Answer.Address(epoch, ipv4(Arrays.copyOfRange(datagram, 8, 12))));
    }
    if (port && datagram.length == 16) {
      return Optional.of(
          new Answer.Port(
              epoch,
              Short.toUnsignedInt(in.getShort(8)),
              Short.toUnsignedInt(in.getShort(10)),
              Integer.toUnsignedLong(in.getInt(12))));
    }
    return Optional.empty();
  }

  private static InetAddress ipv4(byte[] four) {
    try {
      return InetAddress.getByAddress(four);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // there are four of them
    }
  }
}
