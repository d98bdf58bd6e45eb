package org.moshpit.common.stun;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A STUN message (RFC 8489 §5), without the MESSAGE-INTEGRITY and FINGERPRINT of its encoding.
 *
 * @param type request, indication, success or error
 * @param method 0–0xFFF; {@link #BINDING} is the only one Moshpit speaks
 * @param transactionId ties a response to its request
 * @param attributes in the order of the wire
 */
public record StunMessage(
    StunClass type, int method, TransactionId transactionId, List<StunAttribute> attributes) {
  /** The Binding method (RFC 8489 §3). */
  public static final int BINDING = 1;

  /** Bytes 4–7 of every message (RFC 8489 §5). */
  public static final int MAGIC_COOKIE = 0x2112A442;

  /** Length of the header, bytes. */
  public static final int HEADER_LENGTH = 20;

  /** Copies the list and checks the method's range. */
  public StunMessage {
    Objects.requireNonNull(type);
    Objects.requireNonNull(transactionId);
    attributes = List.copyOf(attributes);
    if (method < 0 || method > 0xfff) {
      throw new IllegalArgumentException("method " + method);
    }
  }

  /** A Binding request. */
  public static StunMessage request(TransactionId id, StunAttribute... attributes) {
    return new StunMessage(StunClass.REQUEST, BINDING, id, List.of(attributes));
  }

  /** A Binding success response. */
  public static StunMessage success(TransactionId id, StunAttribute... attributes) {
    return new StunMessage(StunClass.SUCCESS, BINDING, id, List.of(attributes));
  }

  /** A Binding error response. */
  public static StunMessage error(TransactionId id, StunAttribute... attributes) {
    return new StunMessage(StunClass.ERROR, BINDING, id, List.of(attributes));
  }

  /** Whether this is a Binding message of that class. */
  public boolean isBinding(StunClass wanted) {
    return type == wanted && method == BINDING;
  }

  /** The first attribute of that kind: later ones of one type do not count (RFC 8489 §14). */
  public <T extends StunAttribute> Optional<T> first(Class<T> kind) {
    for (StunAttribute attribute : attributes) {
      if (kind.isInstance(attribute)) {
        return Optional.of(kind.cast(attribute));
      }
    }
    return Optional.empty();
  }

  /** Whether an attribute of that kind is there. */
  public boolean has(Class<? extends StunAttribute> kind) {
    return first(kind).isPresent();
  }

  /**
   * The cheap test by which a socket's traffic is told apart: two leading zero bits, the magic
   * cookie, and a length that is a multiple of 4 and the datagram's own. Mosh's datagrams may begin
   * with zero bits too, so {@link StunParser} and FINGERPRINT have the last word.
   */
  public static boolean looksLikeStun(byte[] datagram) {
    return looksLikeStun(datagram, 0, datagram.length);
  }

  /** As {@link #looksLikeStun(byte[])}, of a part of an array. */
  public static boolean looksLikeStun(byte[] bytes, int offset, int length) {
    if (length < HEADER_LENGTH || (bytes[offset] & 0xc0) != 0) {
      return false;
    }
    int body = uint16(bytes, offset + 2);
    return body % 4 == 0
        && body == length - HEADER_LENGTH
        && uint16(bytes, offset + 4) == MAGIC_COOKIE >>> 16
        && uint16(bytes, offset + 6) == (MAGIC_COOKIE & 0xffff);
  }

  static int uint16(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }
}
