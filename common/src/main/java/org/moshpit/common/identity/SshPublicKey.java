package org.moshpit.common.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * An SSH public key: the wire blob and the JDK's key. Two keys are equal if their blobs are, which
 * holds because only the canonical encoding is taken. Immutable.
 */
public final class SshPublicKey {
  /** Longest blob taken: an RSA key of 8192 bits has 1047 bytes, a long application some more. */
  public static final int MAX_BLOB = 2048;

  /** RSA moduli outside are refused, in bits. */
  public static final int MIN_RSA_BITS = 2048;

  public static final int MAX_RSA_BITS = 8192;

  private static final int MAX_NAME = 64;
  private static final int MAX_APPLICATION = 512;
  private static final int MAX_EXPONENT_BITS = 64;

  private final KeyType type;
  private final byte[] blob;
  private final PublicKey jdkKey;
  private final String application;

  private SshPublicKey(KeyType type, byte[] blob, PublicKey jdkKey, String application) {
    this.type = type;
    this.blob = blob;
    this.jdkKey = jdkKey;
    this.application = application;
  }

  /** From a wire blob. */
  public static SshPublicKey parse(byte[] blob) throws SshFormatException {
    if (blob.length > MAX_BLOB) {
      throw new SshFormatException("key blob too long");
    }
    byte[] own = blob.clone();
    SshReader in = new SshReader(own);
    String name = in.text(MAX_NAME);
    KeyType type =
        KeyType.bySshName(name).orElseThrow(() -> new SshFormatException("unknown key type"));
    PublicKey key =
        switch (type) {
          case ED25519, SK_ED25519 -> Ed25519.decode(in.stringOf(Ed25519.LENGTH));
          case ECDSA_P256, ECDSA_P384, ECDSA_P521, SK_ECDSA -> readEcdsa(in, type.curve());
          case RSA -> readRsa(in);
        };
    String application = type.isSecurityKey() ? in.text(MAX_APPLICATION) : "";
    in.end();
    return new SshPublicKey(type, own, key, application);
  }

  /**
   * From a key of the JDK: Ed25519, the NIST curves, RSA.
   *
   * @throws SshFormatException if it is of another kind, or RSA of a refused size
   */
  public static SshPublicKey of(PublicKey key) throws SshFormatException {
    SshWriter out = new SshWriter();
    if (key instanceof EdECPublicKey ed) {
      out.string(KeyType.ED25519.sshName()).string(Ed25519.encode(ed));
    } else if (key instanceof ECPublicKey ec) {
      KeyType type =
          Arrays.stream(KeyType.values())
              .filter(t -> !t.isSecurityKey() && t.curve() != null)
              .filter(t -> t.curve().matches(ec.getParams()))
              .findFirst()
              .orElseThrow(() -> new SshFormatException("unknown curve"));
      out.string(type.sshName()).string(type.curve().sshName());
      out.string(type.curve().encode(ec.getW()));
    } else if (key instanceof RSAPublicKey rsa) {
      out.string(KeyType.RSA.sshName()).mpint(rsa.getPublicExponent()).mpint(rsa.getModulus());
    } else {
      throw new SshFormatException("unknown key type");
    }
    return parse(out.toBytes());
  }

  /** From {@code TYPE BASE64 [COMMENT]}, as in a {@code .pub} file; no options. */
  public static SshPublicKey parseText(String line) throws SshFormatException {
    String[] words = line.strip().split("[ \t]+", 3);
    if (words.length < 2) {
      throw new SshFormatException("a public key is TYPE BASE64");
    }
    return parseText(words[0], words[1]);
  }

  /** From the two words of the text form, which must agree on the type. */
  public static SshPublicKey parseText(String typeName, String base64) throws SshFormatException {
    SshPublicKey key = parse(decodeBase64(base64));
    if (!key.type.sshName().equals(typeName)) {
      throw new SshFormatException("key type and key disagree");
    }
    return key;
  }

  /** Like {@link #parse}, for callers that only skip what is no key. */
  public static Optional<SshPublicKey> tryParse(byte[] blob) {
    try {
      return Optional.of(parse(blob));
    } catch (SshFormatException e) {
      return Optional.empty();
    }
  }

  private static byte[] decodeBase64(String base64) throws SshFormatException {
    if (base64.length() > 4 * MAX_BLOB / 3 + 4) {
      throw new SshFormatException("key blob too long");
    }
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new SshFormatException("not base64");
    }
  }

  private static PublicKey readEcdsa(SshReader in, EcCurve curve) throws SshFormatException {
    if (!in.text(MAX_NAME).equals(curve.sshName())) {
      throw new SshFormatException("key type and curve disagree");
    }
    return curve.decode(in.string(1 + 2 * curve.bytes()));
  }

  private static PublicKey readRsa(SshReader in) throws SshFormatException {
    BigInteger exponent = in.mpint(MAX_EXPONENT_BITS);
    BigInteger modulus = in.mpint(MAX_RSA_BITS);
    if (modulus.bitLength() < MIN_RSA_BITS) {
      throw new SshFormatException("RSA key is shorter than " + MIN_RSA_BITS + " bits");
    }
    if (!modulus.testBit(0) || !exponent.testBit(0) || exponent.bitLength() < 2) {
      throw new SshFormatException("not an RSA key");
    }
    try {
      return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    } catch (GeneralSecurityException e) {
      throw new SshFormatException("not an RSA key");
    }
  }

  /** Its kind. */
  public KeyType type() {
    return type;
  }

  /** The wire blob, a copy. */
  public byte[] blob() {
    return blob.clone();
  }

  /** The JDK's key; for a security key the one inside it. */
  public PublicKey jdkKey() {
    return jdkKey;
  }

  /** The application of a security key ({@code ssh:}), empty for all others. */
  public String application() {
    return application;
  }

  /** As OpenSSH prints it. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(blob);
  }

  /** {@code TYPE BASE64}, without a comment. */
  public String toText() {
    return type.sshName() + " " + Base64.getEncoder().encodeToString(blob);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SshPublicKey key && Arrays.equals(blob, key.blob);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(blob);
  }

  /** Type and fingerprint, fit for logs. */
  @Override
  public String toString() {
    return type.sshName() + " " + fingerprint();
  }
}
