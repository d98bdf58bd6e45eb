package org.moshpit.common.stun;

import java.util.Objects;
import org.moshpit.common.sansio.TransportAddress;

/** RESPONSE-ORIGIN, RFC 5780 §7.3: the address the response was sent from. */
public record ResponseOrigin(TransportAddress address) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x802B;

  /** An address is required. */
  public ResponseOrigin {
    Objects.requireNonNull(address);
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return AddressValue.plain(address);
  }
}
