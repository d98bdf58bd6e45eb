package org.moshpit.common.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Set;

/** Raw 32-byte Ed25519 public keys (RFC 8032 §5.1.2: little-endian y, sign of x on top). */
final class Ed25519 {
  static final int LENGTH = 32;
  private static final BigInteger P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
  private static final BigInteger EIGHT_A =
      new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16);

  /** y of the points whose order divides 8: under such a key anyone can sign. */
  private static final Set<BigInteger> SMALL_ORDER =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          P.subtract(BigInteger.ONE),
          EIGHT_A,
          P.subtract(EIGHT_A));

  private Ed25519() {}

  static PublicKey decode(byte[] raw) throws SshFormatException {
    if (raw.length != LENGTH) {
      throw new SshFormatException("an Ed25519 key has 32 bytes");
    }
    byte[] bigEndian = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      bigEndian[i] = raw[LENGTH - 1 - i];
    }
    boolean xOdd = bigEndian[0] < 0;
    bigEndian[0] &= 0x7f;
    BigInteger y = new BigInteger(1, bigEndian);
    if (y.compareTo(P) >= 0 || SMALL_ORDER.contains(y)) {
      throw new SshFormatException("not a usable Ed25519 key");
    }
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePublic(
              new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(xOdd, y)));
    } catch (GeneralSecurityException e) {
      throw new SshFormatException("not an Ed25519 key");
    }
  }

  static byte[] encode(EdECPublicKey key) {
    byte[] y = key.getPoint().getY().toByteArray();
    byte[] raw = new byte[LENGTH];
    for (int i = 0; i < Math.min(y.length, LENGTH); i++) {
      raw[i] = y[y.length - 1 - i];
    }
    if (key.getPoint().isXOdd()) {
      raw[LENGTH - 1] |= (byte) 0x80;
    }
    return raw;
  }
}
