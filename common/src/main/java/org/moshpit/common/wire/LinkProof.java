package org.moshpit.common.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a login and an enrolment sign with the agent's link key (Ed25519, RFC 8032): a context, the
 * rendezvous' nonce, the key it presented and the name. Holding the presented key, a proof made for
 * a false rendezvous is worth nothing at the true one.
 */
public final class LinkProof {
  /** Bytes of a raw Ed25519 public key. */
  public static final int KEY_LENGTH = 32;

  /** Bytes of an Ed25519 signature. */
  public static final int SIGNATURE_LENGTH = 64;

  /** Bytes of the nonce in Hello. */
  public static final int NONCE_LENGTH = 32;

  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private LinkProof() {}

  /** What the signature is for. */
  public enum Purpose {
    /** {@code Login}. */
    LOGIN("moshpit-login-v1"),
    /** {@code Enroll}. */
    ENROLL("moshpit-enroll-v1");

    private final byte[] context;

    Purpose(String context) {
      this.context = context.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /**
   * The bytes to sign.
   *
   * @param nonce 32 bytes from Hello
   * @param presented the key the rendezvous presented in this link's TLS
   * @param name the name the frame carries, empty if the frame's is
   */
  public static byte[] bytes(Purpose purpose, byte[] nonce, SpkiPin presented, String name) {
    if (nonce.length != NONCE_LENGTH) {
      throw new IllegalArgumentException("nonce of " + nonce.length);
    }
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(
            purpose.context.length + 1 + NONCE_LENGTH + SpkiPin.LENGTH + utf8.length)
        .put(purpose.context)
        .put((byte) 0)
        .put(nonce)
        .put(presented.hash())
        .put(utf8)
        .array();
  }

  /** Signs with an Ed25519 private key; another kind of key is an IllegalArgumentException. */
  public static byte[] sign(PrivateKey key, byte[] bytes) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(key);
      signer.update(bytes);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an Ed25519 key", e);
    }
  }

  /** Whether the signature is this raw public key's over these bytes; false for garbage. */
  public static boolean verify(byte[] rawKey, byte[] bytes, byte[] signature) {
    if (rawKey.length != KEY_LENGTH || signature.length != SIGNATURE_LENGTH) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(publicKey(rawKey));
      verifier.update(bytes);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** The 32 raw bytes of an Ed25519 public key. */
  public static byte[] rawKey(PublicKey key) {
    byte[] spki = key.getEncoded();
    if (spki.length != SPKI_PREFIX.length + KEY_LENGTH
        || !Arrays.equals(spki, 0, SPKI_PREFIX.length, SPKI_PREFIX, 0, SPKI_PREFIX.length)) {
      throw new IllegalArgumentException("not an Ed25519 key: " + key.getAlgorithm());
    }
    return Arrays.copyOfRange(spki, SPKI_PREFIX.length, spki.length);
  }

  private static PublicKey publicKey(byte[] raw) throws GeneralSecurityException {
    byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + KEY_LENGTH);
    System.arraycopy(raw, 0, spki, SPKI_PREFIX.length, KEY_LENGTH);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
  }
}
