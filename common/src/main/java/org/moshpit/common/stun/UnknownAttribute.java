package org.moshpit.common.stun;

import java.util.Arrays;

/** An attribute this package has no record for, kept as it came (RFC 8489 §14). */
public final class UnknownAttribute implements StunAttribute {
  private final int type;
  private final byte[] value;

  /** Copies the value; a type outside 0–65535 or a value over 65535 bytes is the caller's bug. */
  public UnknownAttribute(int type, byte[] value) {
    if (type < 0 || type > 0xffff || value.length > 0xffff) {
      throw new IllegalArgumentException("type " + type + ", " + value.length + " bytes");
    }
    this.type = type;
    this.value = value.clone();
  }

  @Override
  public int type() {
    return type;
  }

  /** Whether who does not understand it must not process the message: types below 0x8000. */
  public boolean comprehensionRequired() {
    return type < 0x8000;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return value.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UnknownAttribute that
        && type == that.type
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * type + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return String.format("UnknownAttribute[0x%04x, %d bytes]", type, value.length);
  }
}
