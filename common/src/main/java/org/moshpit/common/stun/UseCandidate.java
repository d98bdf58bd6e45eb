package org.moshpit.common.stun;

/** USE-CANDIDATE, RFC 8445 §16.1: this check nominates its pair. A flag; it has no value. */
public record UseCandidate() implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x0025;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return new byte[0];
  }
}
