package org.moshpit.common.stun;

import java.util.Objects;
import org.moshpit.common.sansio.TransportAddress;

/**
 * XOR-MAPPED-ADDRESS, RFC 8489 §14.2: the source the request was seen from, hidden from rewriting.
 */
public record XorMappedAddress(TransportAddress address) implements StunAttribute {
  /** The attribute type. */
  public static final int TYPE = 0x0020;

  /** An address is required. */
  public XorMappedAddress {
    Objects.requireNonNull(address);
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public byte[] value(TransactionId transactionId) {
    return AddressValue.xored(address, transactionId);
  }
}
