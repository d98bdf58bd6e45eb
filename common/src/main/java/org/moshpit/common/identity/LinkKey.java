package org.moshpit.common.identity;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The Ed25519 key with which an agent proves itself to its rendezvous. Immutable. */
public final class LinkKey {
  /** Length of a raw public key, in bytes. */
  public static final int PUBLIC_LENGTH = 32;

  /** Length of a signature, in bytes. */
  public static final int SIGNATURE_LENGTH = 64;

  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final String BEGIN_PUBLIC = "-----BEGIN PUBLIC KEY-----";
  private static final String END_PUBLIC = "-----END PUBLIC KEY-----";
  private static final int MAX_PEM = 4096;

  /** Of every Ed25519 public key (RFC 8410 §4). */
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final PrivateKey privateKey;
  private final byte[] publicKey;

  private LinkKey(PrivateKey privateKey, byte[] publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /** A new one. */
  public static LinkKey generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, random);
      KeyPair pair = generator.generateKeyPair();
      return new LinkKey(pair.getPrivate(), Ed25519.encode((EdECPublicKey) pair.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK 17 has Ed25519", e);
    }
  }

  /**
   * From the PKCS#8 PEM that {@link #toPem} and {@code openssl genpkey} write (RFC 8410 §7). A
   * public key that stands behind it, as {@link #toPem} writes it, is believed: reckoning it takes
   * a young process longer than a round trip.
   */
  public static LinkKey fromPem(String pem) throws SshFormatException {
    if (pem.length() > MAX_PEM) {
      throw new SshFormatException("not a private key in PEM");
    }
    byte[] der = block(pem, BEGIN, END);
    try {
      PrivateKey key =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
      byte[] seed =
          ((EdECPrivateKey) key)
              .getBytes()
              .orElseThrow(() -> new SshFormatException("not an Ed25519 private key"));
      return new LinkKey(key, pem.contains(BEGIN_PUBLIC) ? publicIn(pem) : publicOf(seed));
    } catch (GeneralSecurityException e) {
      throw new SshFormatException("not an Ed25519 private key");
    }
  }

  /** What stands between the two lines, which must be there. */
  private static byte[] block(String pem, String begin, String end) throws SshFormatException {
    int from = pem.indexOf(begin);
    int to = pem.indexOf(end);
    if (from < 0 || to < from) {
      throw new SshFormatException("not a key in PEM");
    }
    String body = pem.substring(from + begin.length(), to);
    try {
      return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw new SshFormatException("not a key in PEM");
    }
  }

  private static byte[] publicIn(String pem) throws SshFormatException {
    byte[] der = block(pem, BEGIN_PUBLIC, END_PUBLIC);
    int prefix = SPKI_PREFIX.length;
    if (der.length != prefix + PUBLIC_LENGTH
        || !Arrays.equals(der, 0, prefix, SPKI_PREFIX, 0, prefix)) {
      throw new SshFormatException("not an Ed25519 public key");
    }
    return Arrays.copyOfRange(der, prefix, der.length);
  }

  /** The generator draws exactly the 32 secret bytes, so that given them it makes this key. */
  private static byte[] publicOf(byte[] seed) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new FixedRandom(seed));
    return Ed25519.encode((EdECPublicKey) generator.generateKeyPair().getPublic());
  }

  private static final class FixedRandom extends SecureRandom {
    private static final long serialVersionUID = 1;
    private final byte[] bytes;

    FixedRandom(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    @Override
    public void nextBytes(byte[] out) {
      if (out.length != bytes.length) {
        throw new IllegalStateException("the key generator draws " + out.length + " bytes");
      }
      System.arraycopy(bytes, 0, out, 0, out.length);
    }
  }

  /** PKCS#8 PEM and behind it the public key, for a file that only its owner may read. */
  public String toPem() {
    byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + PUBLIC_LENGTH);
    System.arraycopy(publicKey, 0, spki, SPKI_PREFIX.length, PUBLIC_LENGTH);
    return lines(BEGIN, privateKey.getEncoded(), END) + lines(BEGIN_PUBLIC, spki, END_PUBLIC);
  }

  private static String lines(String begin, byte[] der, String end) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return begin + "\n" + body + "\n" + end + "\n";
  }

  /** The raw public key, 32 bytes, a copy. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** A signature of 64 bytes (RFC 8032 §5.1.6). */
  public byte[] sign(byte[] message) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(privateKey);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 signing", e);
    }
  }

  /** Whether the owner of this raw public key signed the message; false for any malformed input. */
  public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    try {
      if (signature.length != SIGNATURE_LENGTH) {
        return false;
      }
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(decode(publicKey));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException | SshFormatException e) {
      return false;
    }
  }

  /** A raw public key as the JDK's; refuses encodings and points that prove nothing. */
  public static PublicKey decode(byte[] publicKey) throws SshFormatException {
    return Ed25519.decode(publicKey);
  }

  @Override
  public String toString() {
    return "link key " + Fingerprint.of(publicKey);
  }
}
