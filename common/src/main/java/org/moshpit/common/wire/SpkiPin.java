package org.moshpit.common.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Base64;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** SHA-256 of a DER SubjectPublicKeyInfo (RFC 7469 §2.4): names a public key, not a certificate. */
public final class SpkiPin {
  /** Bytes of a pin. */
  public static final int LENGTH = 32;

  private static final String PREFIX = "sha256:";

  private final byte[] hash;

  private SpkiPin(byte[] hash) {
    this.hash = hash;
  }

  /** From the hash itself; anything but 32 bytes is an {@link IllegalArgumentException}. */
  public static SpkiPin ofHash(byte[] hash) {
    if (hash.length != LENGTH) {
      throw new IllegalArgumentException("a pin has 32 bytes, not " + hash.length);
    }
    return new SpkiPin(hash.clone());
  }

  /** Of a public key. */
  public static SpkiPin of(PublicKey key) {
    return new SpkiPin(sha256(key.getEncoded()));
  }

  /** Of the key the peer of this TLS session proved. */
  public static SpkiPin presented(SSLSession session) throws SSLPeerUnverifiedException {
    Certificate[] chain = session.getPeerCertificates();
    if (chain.length == 0) {
      throw new SSLPeerUnverifiedException("no certificate");
    }
    return of(chain[0].getPublicKey());
  }

  /**
   * Parses {@code sha256:} and 43 characters of unpadded base64url.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static SpkiPin parse(String text) {
    if (!text.startsWith(PREFIX) || text.length() != PREFIX.length() + 43) {
      throw new IllegalArgumentException("not sha256: and 43 characters");
    }
    return ofHash(Base64.getUrlDecoder().decode(text.substring(PREFIX.length())));
  }

  /** The 32 bytes. */
  public byte[] hash() {
    return hash.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SpkiPin pin && Arrays.equals(hash, pin.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  /** As the join URL has it. */
  @Override
  public String toString() {
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
