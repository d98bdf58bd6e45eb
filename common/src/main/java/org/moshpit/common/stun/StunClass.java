package org.moshpit.common.stun;

/** The class of a STUN message (RFC 8489 §5); the order is that of the two class bits. */
public enum StunClass {
  REQUEST,
  INDICATION,
  SUCCESS,
  ERROR;

  private static final StunClass[] BY_BITS = values();

  static StunClass ofBits(int bits) {
    return BY_BITS[bits];
  }
}
