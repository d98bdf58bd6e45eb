package org.moshpit.common.relay;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The outer form of a datagram of the relay; the layout stands at the head of the package. Cookies
 * are numbers here: their eight bytes, big-endian.
 */
public final class RelayWire {
  /** Length of a cookie, bytes. */
  public static final int COOKIE = 8;

  /** Length of a cookie's key, bytes. */
  public static final int KEY = 32;

  /** Length of every control message, bytes. */
  public static final int CONTROL = 48;

  /**
   * The longest payload, bytes: more than mosh's longest (1252) and any STUN message of ours; what
   * is longer goes over the link rather than in fragments.
   */
  public static final int MAX_PAYLOAD = 1400;

  private static final long CONTROL_BIT = 0x20L << 56;
  private static final long RANDOM_BITS = -1L >>> 3;
  private static final long LEADING_BITS = 0x40L << 56;

  private RelayWire() {}

  /** Whether a datagram that begins with this byte is the relay's. */
  public static boolean isRelay(byte first) {
    return (first & 0xc0) == 0x40;
  }

  /** Makes a cookie of eight random bytes. */
  public static long cookie(long random) {
    return (random & RANDOM_BITS) | LEADING_BITS;
  }

  /** Whether this can be a cookie. */
  public static boolean isCookie(long number) {
    return (number & ~RANDOM_BITS) == LEADING_BITS;
  }

  /** The cookie of a datagram that begins with these eight bytes. */
  public static long cookieOf(long firstEight) {
    return firstEight & ~CONTROL_BIT;
  }

  /** The cookie of a datagram; 0, which is none, if it is too short for one. */
  public static long cookieOf(byte[] datagram) {
    return datagram.length < COOKIE ? 0 : cookieOf(ByteBuffer.wrap(datagram).getLong());
  }

  /** Whether a datagram of the relay is a control message rather than data. */
  public static boolean isControl(byte[] datagram) {
    return (datagram[0] & 0x20) != 0;
  }

  /** The first eight bytes of control messages under a cookie. */
  static long control(long cookie) {
    return cookie | CONTROL_BIT;
  }

  /** A datagram that carries this payload. */
  public static byte[] data(long cookie, byte[] payload) {
    return ByteBuffer.allocate(COOKIE + payload.length).putLong(cookie).put(payload).array();
  }

  /** What a datagram with data carries; null if that is nothing, or too much. */
  public static byte[] payload(byte[] datagram) {
    int length = datagram.length - COOKIE;
    return length < 1 || length > MAX_PAYLOAD
        ? null
        : Arrays.copyOfRange(datagram, COOKIE, datagram.length);
  }
}
