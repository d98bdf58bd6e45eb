package org.moshpit.common.identity;

import java.util.Arrays;

/**
 * A {@link BoxRecord} with the host key and its signature: what a box publishes, the rendezvous
 * hands on, and a laptop believes only after {@link #verify}.
 *
 * @param record what is said
 * @param hostKey who says it
 * @param signature the proof
 */
public record SignedBoxRecord(BoxRecord record, SshPublicKey hostKey, SshSignature signature) {
  /** No signed record is longer, in bytes. */
  public static final int MAX_LENGTH =
      BoxRecord.MAX_LENGTH + SshPublicKey.MAX_BLOB + SshSignature.MAX_BLOB + 12;

  /** What {@link #verify} found. */
  public enum Verdict {
    VALID,
    /** Not signed by the host key it names, or not these bytes. */
    BAD_SIGNATURE,
    /** Made for another rendezvous. */
    WRONG_REALM,
    /** Another box's. */
    WRONG_NAME,
    /** Past its not-after. */
    EXPIRED
  }

  /** From the bytes that travel; proves nothing yet. */
  public static SignedBoxRecord parse(byte[] bytes) throws SshFormatException {
    SshReader in = new SshReader(bytes);
    byte[] body = in.string(BoxRecord.MAX_LENGTH);
    byte[] host = in.string(SshPublicKey.MAX_BLOB);
    byte[] signature = in.string(SshSignature.MAX_BLOB);
    in.end();
    return new SignedBoxRecord(
        BoxRecord.parse(body), SshPublicKey.parse(host), SshSignature.parse(signature));
  }

  /** The bytes that travel. */
  public byte[] encode() {
    return new SshWriter()
        .string(record.encode())
        .string(hostKey.blob())
        .string(signature.blob())
        .toBytes();
  }

  /**
   * Whether this is the named box's record at this rendezvous, signed by {@link #hostKey}, at
   * {@code nowSeconds} (Unix time). Whether that host key is the box's own, only the caller knows.
   */
  public Verdict verify(byte[] realm, String name, long nowSeconds) {
    if (!signature.key().equals(hostKey)
        || !signature.verify(BoxRecord.NAMESPACE, record.encode())) {
      return Verdict.BAD_SIGNATURE;
    }
    return stands(realm, name, nowSeconds);
  }

  /** The same of a record whose signature was verified before; never {@code BAD_SIGNATURE}. */
  public Verdict stands(byte[] realm, String name, long nowSeconds) {
    if (!Arrays.equals(record.realm(), realm)) {
      return Verdict.WRONG_REALM;
    }
    if (!record.name().equals(name)) {
      return Verdict.WRONG_NAME;
    }
    return nowSeconds > record.notAfter() ? Verdict.EXPIRED : Verdict.VALID;
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof SignedBoxRecord that
        && record.equals(that.record)
        && hostKey.equals(that.hostKey)
        && signature.equals(that.signature);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * record.hashCode() + hostKey.hashCode()) + signature.hashCode();
  }
}
