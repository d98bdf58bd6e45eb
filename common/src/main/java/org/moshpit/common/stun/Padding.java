package org.moshpit.common.stun;

/**
 * PADDING, RFC 5780 §7.6: bytes without meaning. Moshpit's agents pad their requests so that no
 * answer is larger; the rendezvous therefore never pads its own, which that RFC would have it do.
 *
 * @param length 0–65535 bytes, sent as zeros
 */
public record Padding(int length) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x0026;

  /** Checks the length. */
  public Padding {
    if (length < 0 || length > 0xffff) {
      throw new IllegalArgumentException("padding of " + length);
    }
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return new byte[length];
  }
}
