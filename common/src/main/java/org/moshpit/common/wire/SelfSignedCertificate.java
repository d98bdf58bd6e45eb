package org.moshpit.common.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/**
 * A certificate that only carries a key (X.509 v3, RFC 5280): agents pin the key and look at
 * nothing else, so the names and dates in it mean nothing. Valid from 2000 to the end of 9999, "no
 * well defined expiration" (RFC 5280 §4.1.2.5), because agents' clocks may be wrong.
 */
final class SelfSignedCertificate {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] ECDSA_WITH_SHA256 = HEX.parseHex("300a06082a8648ce3d040302");
  private static final byte[] COMMON_NAME = HEX.parseHex("0603550403");
  private static final byte[] VERSION_3 = HEX.parseHex("a003020102");

  private SelfSignedCertificate() {}

  /** For a P-256 key pair. */
  static X509Certificate of(KeyPair pair) throws GeneralSecurityException {
    byte[] name =
        der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, ascii("moshpit rendezvous")))));
    byte[] validity =
        der(0x30, der(0x17, ascii("000101000000Z")), der(0x18, ascii("99991231235959Z")));
    byte[] serial = der(0x02, BigInteger.ONE.toByteArray());
    byte[] spki = pair.getPublic().getEncoded();
    byte[] body = der(0x30, VERSION_3, serial, ECDSA_WITH_SHA256, name, validity, name, spki);
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(body);
    byte[] bits = der(0x03, new byte[] {0}, signer.sign());
    byte[] certificate = der(0x30, body, ECDSA_WITH_SHA256, bits);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(certificate));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** One DER value (X.690 §8.1) of at most 65535 bytes. */
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
