package org.moshpit.common.seal;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Message 1 of NK step by step as Noise revision 34 §5 writes it, with the JDK's primitives. */
final class ReferenceNk {
  private ReferenceNk() {}

  static byte[] message1(
      byte[] prologue,
      byte[] boxPrivate,
      byte[] boxPublic,
      byte[] ephemeralPrivate,
      byte[] sealed,
      byte[] payload)
      throws Exception {
    byte[] ephemeralPublic = Arrays.copyOf(sealed, 32);
    // The protocol's name has 32 characters, HASHLEN, so it is h as it stands (§5.2).
    byte[] h = "Noise_NK_25519_ChaChaPoly_SHA256".getBytes(StandardCharsets.US_ASCII);
    byte[] ck = h;
    h = sha256(h, prologue);
    h = sha256(h, boxPublic);
    h = sha256(h, ephemeralPublic);
    byte[] es = dh(ephemeralPrivate, boxPublic);
    if (!Arrays.equals(es, dh(boxPrivate, ephemeralPublic))) {
      throw new IllegalStateException("the ephemeral is not that of the message");
    }
    byte[] tempKey = hmac(ck, es);
    byte[] first = hmac(tempKey, new byte[] {1});
    byte[] key = hmac(tempKey, concat(first, new byte[] {2}));
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(new byte[12]));
    cipher.updateAAD(h);
    return concat(ephemeralPublic, cipher.doFinal(payload));
  }

  private static byte[] dh(byte[] scalar, byte[] u) throws Exception {
    KeyFactory factory = KeyFactory.getInstance("X25519");
    PrivateKey own =
        factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar));
    byte[] bigEndian = new byte[32];
    for (int i = 0; i < 32; i++) {
      bigEndian[i] = u[31 - i];
    }
    PublicKey other =
        factory.generatePublic(
            new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian)));
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(own);
    agreement.doPhase(other, true);
    return agreement.generateSecret();
  }

  private static byte[] sha256(byte[] a, byte[] b) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(concat(a, b));
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private static byte[] concat(byte[] a, byte[] b) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(a);
    out.writeBytes(b);
    return out.toByteArray();
  }
}
