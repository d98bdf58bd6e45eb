package org.moshpit.common.stun;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * The 96 bits that tie a response to its request (RFC 8489 §5).
 *
 * @param high the first 8 bytes, big-endian
 * @param low the last 4 bytes, big-endian
 */
public record TransactionId(long high, int low) {
  /** Length on the wire, bytes. */
  public static final int LENGTH = 12;

  /** Draws one; the source must be cryptographically strong wherever an answer is trusted. */
  public static TransactionId random(RandomGenerator random) {
    return new TransactionId(random.nextLong(), random.nextInt());
  }

  /** From exactly 12 bytes; another length is an {@link IllegalArgumentException}. */
  public static TransactionId of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a transaction ID has 12 bytes, not " + bytes.length);
    }
    return read(bytes, 0);
  }

  static TransactionId read(byte[] bytes, int offset) {
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, LENGTH);
    return new TransactionId(in.getLong(), in.getInt());
  }

  /** The 12 bytes, a fresh array. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(LENGTH).putLong(high).putInt(low).array();
  }

  @Override
  public String toString() {
    return String.format("%016x%08x", high, low);
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof TransactionId that && high == that.high && low == that.low;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(high) + low;
  }
}
