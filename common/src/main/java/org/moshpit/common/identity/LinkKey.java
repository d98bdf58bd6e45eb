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
import java.util.Base64;

/** The Ed25519 key with which an agent proves itself to its rendezvous. Immutable. */
public final class LinkKey {
  /** Length of a raw public key, in bytes. */
  public static final int PUBLIC_LENGTH = 32;

  /** Length of a signature, in bytes. */
  public static final int SIGNATURE_LENGTH = 64;

  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final int MAX_PEM = 4096;

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

  /** From the PKCS#8 PEM that {@link #toPem} and {@code openssl genpkey} write (RFC 8410 §7). */
  public static LinkKey fromPem(String pem) throws SshFormatException {
    String text = pem.strip();
    if (text.length() > MAX_PEM || !text.startsWith(BEGIN) || !text.endsWith(END)) {
      throw new SshFormatException("not a private key in PEM");
    }
    String body = text.substring(BEGIN.length(), text.length() - END.length());
    try {
      byte[] der = Base64.getDecoder().decode(body.replaceAll("\\s", ""));
      PrivateKey key =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
      byte[] seed =
          ((EdECPrivateKey) key)
              .getBytes()
              .orElseThrow(() -> new SshFormatException("not an Ed25519 private key"));
      return new LinkKey(key, publicOf(seed));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new SshFormatException("not an Ed25519 private key");
    }
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

  /** PKCS#8 PEM, for a file that only its owner may read. */
  public String toPem() {
    String body =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(privateKey.getEncoded());
    return BEGIN + "\n" + body + "\n" + END + "\n";
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
