package org.moshpit.common.stun;

/** One attribute of a STUN message (RFC 8489 §14): a value that knows its type and its bytes. */
public sealed interface StunAttribute
    permits ChangeRequest,
        ErrorCode,
        IceControlled,
        IceControlling,
        MappedAddress,
        Nonce,
        OtherAddress,
        Padding,
        Priority,
        Realm,
        ResponseOrigin,
        ResponsePort,
        SocketIdAttribute,
        TimeAttribute,
        UnknownAttribute,
        UnknownAttributes,
        UseCandidate,
        Username,
        XorMappedAddress {
  /** The attribute type, 0–65535. */
  int type();

  /** The value as it goes on the wire, without padding; the ID is that of the message. */
  byte[] value(TransactionId transactionId);
}
