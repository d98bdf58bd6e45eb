package org.moshpit.common.stun;

/** The class of a STUN message (RFC 8489 §5). */
public enum StunClass {
  REQUEST(0),
  INDICATION(1),
  SUCCESS(2),
  ERROR(3);

  private final int bits;

  StunClass(int bits) {
    this.bits = bits;
  }

  /** C1 and C0. */
  int bits() {
    return bits;
  }

  static StunClass ofBits(int bits) {
    return switch (bits & 3) {
      case 0 -> REQUEST;
      case 1 -> INDICATION;
      case 2 -> SUCCESS;
      default -> ERROR;
    };
  }
}
