package org.moshpit.common.identity;

import java.util.Arrays;
import java.util.Objects;

/**
 * What a box says of itself, the only thing its host key signs. Layout in the package's head.
 *
 * @param realm 32 bytes, the rendezvous' realm id
 * @param name a {@link BoxName}
 * @param noiseKey 32 bytes, the X25519 public key offers are sealed to
 * @param serial not negative; grows with every new record of this box whose key differs
 * @param notAfter Unix seconds, not negative; the record is of no use after
 * @param versionMin lowest protocol version the box speaks, 1–65535
 * @param versionMax highest, not below {@code versionMin}
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
public record BoxRecord(
    byte[] realm,
    String name,
    byte[] noiseKey,
    long serial,
    long notAfter,
    int versionMin,
    int versionMax) {
  /** The signature namespace of host keys. */
  public static final String NAMESPACE = "moshpit-box-v1";

  public static final int REALM_LENGTH = 32;
  public static final int NOISE_KEY_LENGTH = 32;

  /** No record's encoding is longer, in bytes. */
  public static final int MAX_LENGTH = 256;

  private static final long FORMAT = 1;
  private static final int MAX_NAME = 63;
  private static final int MAX_VERSION = 65535;

  /** Copies the arrays; a value out of its range is an {@link IllegalArgumentException}. */
  public BoxRecord {
    Objects.requireNonNull(name);
    String wrong = wrong(realm, name, noiseKey, serial, notAfter, versionMin, versionMax);
    if (wrong != null) {
      throw new IllegalArgumentException(wrong);
    }
    realm = realm.clone();
    noiseKey = noiseKey.clone();
  }

  private static String wrong(
      byte[] realm,
      String name,
      byte[] noiseKey,
      long serial,
      long notAfter,
      long versionMin,
      long versionMax) {
    if (realm.length != REALM_LENGTH || noiseKey.length != NOISE_KEY_LENGTH) {
      return "realm and Noise key have 32 bytes each";
    }
    if (!BoxName.isValid(name)) {
      return "box record without a valid name";
    }
    if (serial < 0 || notAfter < 0) {
      return "serial or time out of range";
    }
    if (versionMin < 1 || versionMax < versionMin || versionMax > MAX_VERSION) {
      return "versions out of range";
    }
    return null;
  }

  /** From its encoding. */
  public static BoxRecord parse(byte[] bytes) throws SshFormatException {
    SshReader in = new SshReader(bytes);
    if (in.uint32() != FORMAT) {
      throw new SshFormatException("unknown format of box record");
    }
    byte[] realm = in.stringOf(REALM_LENGTH);
    String name = in.text(MAX_NAME);
    byte[] noiseKey = in.stringOf(NOISE_KEY_LENGTH);
    long serial = in.uint64();
    long notAfter = in.uint64();
    long versionMin = in.uint32();
    long versionMax = in.uint32();
    in.end();
    String wrong = wrong(realm, name, noiseKey, serial, notAfter, versionMin, versionMax);
    if (wrong != null) {
      throw new SshFormatException(wrong);
    }
    return new BoxRecord(
        realm, name, noiseKey, serial, notAfter, (int) versionMin, (int) versionMax);
  }

  /** The bytes the host key signs. */
  public byte[] encode() {
    return new SshWriter()
        .uint32(FORMAT)
        .string(realm)
        .string(name)
        .string(noiseKey)
        .uint64(serial)
        .uint64(notAfter)
        .uint32(versionMin)
        .uint32(versionMax)
        .toBytes();
  }

  /** A copy. */
  @Override
  public byte[] realm() {
    return realm.clone();
  }

  /** A copy. */
  @Override
  public byte[] noiseKey() {
    return noiseKey.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BoxRecord record && Arrays.equals(encode(), record.encode());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encode());
  }

  @Override
  public String toString() {
    return "box record of " + name + ", serial " + serial + ", not after " + notAfter;
  }
}
