package org.moshpit.common.seal;

import java.math.BigInteger;
import java.util.Set;

/**
 * Which X25519 public keys are taken: canonical ones (below 2^255 − 19, as RFC 7748 §5 writes
 * them), and none whose shared secret is all zeros whatever the private key (RFC 7748 §6.1).
 *
 * <p>A shared secret is all zeros exactly if the order of the point divides the cofactor, 8 on the
 * curve and 4 on its twist. There are five such u: 0, 1 and −1, and the two of order 8. They are
 * public, so comparing them needs no constant time.
 */
final class PublicPoint {
  private static final BigInteger P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
  private static final Set<BigInteger> ZERO_SECRET =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          P.subtract(BigInteger.ONE),
          new BigInteger("00b8495f16056286fdb1329ceb8d09da6ac49ff1fae35616aeb8413b7c7aebe0", 16),
          new BigInteger("57119fd0dd4e22d8868e1c58c45c44045bef839c55b1d0b1248c50a3bc959c5f", 16));

  private PublicPoint() {}

  static boolean isUsable(byte[] publicKey) {
    if (publicKey.length != SealedLimits.KEY) {
      return false;
    }
    byte[] bigEndian = new byte[SealedLimits.KEY];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = publicKey[bigEndian.length - 1 - i];
    }
    BigInteger u = new BigInteger(1, bigEndian);
    return u.compareTo(P) < 0 && !ZERO_SECRET.contains(u);
  }
}
