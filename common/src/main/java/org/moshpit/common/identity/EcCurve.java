package org.moshpit.common.identity;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;

/** The NIST curves of RFC 5656 §10.1. */
enum EcCurve {
  P256("nistp256", "secp256r1", "SHA256", 32),
  P384("nistp384", "secp384r1", "SHA384", 48),
  P521("nistp521", "secp521r1", "SHA512", 66);

  private final String sshName;
  private final String jdkName;
  private final String hash;
  private final int bytes;

  EcCurve(String sshName, String jdkName, String hash, int bytes) {
    this.sshName = sshName;
    this.jdkName = jdkName;
    this.hash = hash;
    this.bytes = bytes;
  }

  String sshName() {
    return sshName;
  }

  /** Length of a coordinate. */
  int bytes() {
    return bytes;
  }

  /** RFC 5656 §6.2.1, with the signature as r and s side by side. */
  String jdkSignature() {
    return hash + "withECDSAinP1363Format";
  }

  BigInteger order() {
    return parameters().getOrder();
  }

  /** SEC 1 §2.3.4, uncompressed points only; they must be on the curve. */
  PublicKey decode(byte[] point) throws SshFormatException {
    if (point.length != 1 + 2 * bytes || point[0] != 4) {
      throw new SshFormatException("not an uncompressed point of " + sshName);
    }
    BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + bytes));
    BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 1 + bytes, point.length));
    ECParameterSpec parameters = parameters();
    BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
    BigInteger a = parameters.getCurve().getA();
    BigInteger b = parameters.getCurve().getB();
    boolean onCurve =
        x.compareTo(p) < 0
            && y.compareTo(p) < 0
            && y.multiply(y).mod(p).equals(x.pow(3).add(a.multiply(x)).add(b).mod(p));
    if (!onCurve) {
      throw new SshFormatException("not a point of " + sshName);
    }
    try {
      return KeyFactory.getInstance("EC")
          .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), parameters));
    } catch (GeneralSecurityException e) {
      throw new SshFormatException("not a key of " + sshName);
    }
  }

  byte[] encode(ECPoint point) {
    byte[] encoded = new byte[1 + 2 * bytes];
    encoded[0] = 4;
    fixed(point.getAffineX(), encoded, 1);
    fixed(point.getAffineY(), encoded, 1 + bytes);
    return encoded;
  }

  /** Writes a number that fits into this curve's coordinate length, with leading zeros. */
  void fixed(BigInteger value, byte[] out, int offset) {
    byte[] minimal = value.toByteArray();
    int skip = minimal.length > bytes ? minimal.length - bytes : 0;
    int length = minimal.length - skip;
    System.arraycopy(minimal, skip, out, offset + bytes - length, length);
  }

  boolean matches(ECParameterSpec other) {
    return other.getOrder().equals(order());
  }

  private ECParameterSpec parameters() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(jdkName));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK 17 has " + jdkName, e);
    }
  }
}
