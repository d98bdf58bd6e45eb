package org.moshpit.common.stun;

import java.util.Objects;
import org.moshpit.common.sansio.TransportAddress;

/** MAPPED-ADDRESS, RFC 8489 §14.1: the source the request was seen from, in clear. */
public record MappedAddress(TransportAddress address) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x0001;

  /** An address is required. */
  public MappedAddress {
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
