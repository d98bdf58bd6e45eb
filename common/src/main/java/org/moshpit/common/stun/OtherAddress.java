package org.moshpit.common.stun;

import java.util.Objects;
import org.moshpit.common.sansio.TransportAddress;

/** OTHER-ADDRESS, RFC 5780 §7.4: where a CHANGE-REQUEST of both would be answered from. */
public record OtherAddress(TransportAddress address) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x802C;

  /** An address is required. */
  public OtherAddress {
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
