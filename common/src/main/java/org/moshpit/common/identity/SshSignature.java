package org.moshpit.common.identity;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * A signature by an SSH key over any message, bound to a namespace (OpenSSH PROTOCOL.sshsig), as
 * {@code ssh-keygen -Y sign} makes it. RSA only as rsa-sha2-256 and rsa-sha2-512 (RFC 8332), never
 * with SHA-1; a security key only with the user-presence flag. Immutable; parsing proves nothing,
 * {@link #verify} does.
 */
public final class SshSignature {
  /** Longest signature blob taken, in bytes. */
  public static final int MAX_BLOB = 4096;

  private static final byte[] MAGIC = "SSHSIG".getBytes(StandardCharsets.US_ASCII);
  private static final long VERSION = 1;
  private static final String ARMOR_BEGIN = "-----BEGIN SSH SIGNATURE-----";
  private static final String ARMOR_END = "-----END SSH SIGNATURE-----";
  private static final int ARMOR_WIDTH = 70;
  private static final int MAX_WORD = 256;
  private static final List<String> HASHES = List.of("sha256", "sha512");
  private static final int FLAG_USER_PRESENT = 0x01;
  private static final int FLAG_USER_VERIFIED = 0x04;

  private final byte[] blob;
  private final SshPublicKey key;
  private final String namespace;
  private final byte[] reserved;
  private final String hash;
  private final String jdkAlgorithm;
  private final byte[] raw;
  private final int flags;
  private final long counter;

  private SshSignature(byte[] blob) throws SshFormatException {
    this.blob = blob;
    SshReader in = new SshReader(blob);
    if (!Arrays.equals(in.raw(MAGIC.length), MAGIC)) {
      throw new SshFormatException("not an SSH signature");
    }
    if (in.uint32() != VERSION) {
      throw new SshFormatException("unknown version of SSH signature");
    }
    this.key = SshPublicKey.parse(in.string(SshPublicKey.MAX_BLOB));
    this.namespace = in.text(MAX_WORD);
    this.reserved = in.string(MAX_WORD);
    this.hash = in.text(MAX_WORD);
    if (namespace.isEmpty() || !HASHES.contains(hash)) {
      throw new SshFormatException("SSH signature without namespace or with an unknown hash");
    }
    SshReader signature = new SshReader(in.string(MAX_BLOB));
    in.end();
    String algorithm = signature.text(MAX_WORD);
    byte[] bytes = signature.string(MAX_BLOB);
    this.jdkAlgorithm = jdkAlgorithm(key.type(), algorithm);
    this.raw = rawSignature(key, bytes);
    this.flags = key.type().isSecurityKey() ? signature.uint8() : 0;
    this.counter = key.type().isSecurityKey() ? signature.uint32() : 0;
    signature.end();
  }

  /** From the binary form. */
  public static SshSignature parse(byte[] blob) throws SshFormatException {
    if (blob.length > MAX_BLOB) {
      throw new SshFormatException("SSH signature too long");
    }
    return new SshSignature(blob.clone());
  }

  /** From the text form between {@code BEGIN} and {@code END SSH SIGNATURE}. */
  public static SshSignature parseArmor(String armor) throws SshFormatException {
    String text = armor.strip();
    if (text.length() > 2 * MAX_BLOB
        || text.length() < ARMOR_BEGIN.length() + ARMOR_END.length()
        || !text.startsWith(ARMOR_BEGIN)
        || !text.endsWith(ARMOR_END)) {
      throw new SshFormatException("not an armored SSH signature");
    }
    String body =
        text.substring(ARMOR_BEGIN.length(), text.length() - ARMOR_END.length())
            .replaceAll("[\r\n]", "");
    try {
      return parse(Base64.getDecoder().decode(body));
    } catch (IllegalArgumentException e) {
      throw new SshFormatException("not base64");
    }
  }

  private static String jdkAlgorithm(KeyType type, String algorithm) throws SshFormatException {
    if (type == KeyType.RSA) {
      return switch (algorithm) {
        case "rsa-sha2-256" -> "SHA256withRSA";
        case "rsa-sha2-512" -> "SHA512withRSA";
        default -> throw new SshFormatException("RSA signature is not rsa-sha2-256 or -512");
      };
    }
    if (!algorithm.equals(type.sshName())) {
      throw new SshFormatException("key and signature disagree on the algorithm");
    }
    return type.curve() == null ? "Ed25519" : type.curve().jdkSignature();
  }

  /** To what the JDK takes. */
  private static byte[] rawSignature(SshPublicKey key, byte[] bytes) throws SshFormatException {
    EcCurve curve = key.type().curve();
    if (curve != null) {
      SshReader in = new SshReader(bytes);
      int bits = curve.bytes() * 8;
      BigInteger r = in.mpint(bits);
      BigInteger s = in.mpint(bits);
      in.end();
      BigInteger order = curve.order();
      if (outside(r, order) || outside(s, order)) {
        throw new SshFormatException("ECDSA signature out of range");
      }
      byte[] both = new byte[2 * curve.bytes()];
      curve.fixed(r, both, 0);
      curve.fixed(s, both, curve.bytes());
      return both;
    }
    if (key.type() == KeyType.RSA) {
      int length = (((RSAPublicKey) key.jdkKey()).getModulus().bitLength() + 7) / 8;
      if (bytes.length > length) {
        throw new SshFormatException("RSA signature longer than its key");
      }
      // Some signers drop leading zeros; OpenSSH takes that, and so must we.
      byte[] padded = new byte[length];
      System.arraycopy(bytes, 0, padded, length - bytes.length, bytes.length);
      return padded;
    }
    if (bytes.length != 64) {
      throw new SshFormatException("an Ed25519 signature has 64 bytes");
    }
    return bytes;
  }

  private static boolean outside(BigInteger value, BigInteger order) {
    return value.signum() <= 0 || value.compareTo(order) >= 0;
  }

  /**
   * Whether {@link #key} signed {@code message} in exactly this namespace, and, if it is a security
   * key, somebody touched it. Takes 0.1–1 ms of processor time.
   */
  public boolean verify(String expectedNamespace, byte[] message) {
    if (!namespace.equals(expectedNamespace)) {
      return false;
    }
    if (key.type().isSecurityKey() && !userPresent()) {
      return false;
    }
    byte[] signed = signedData(namespace, reserved, hash, message);
    if (key.type().isSecurityKey()) {
      signed =
          new SshWriter()
              .raw(Digests.sha256(key.application().getBytes(StandardCharsets.UTF_8)))
              .uint8(flags)
              .uint32(counter)
              .raw(Digests.sha256(signed))
              .toBytes();
    }
    try {
      Signature verifier = Signature.getInstance(jdkAlgorithm);
      verifier.initVerify(key.jdkKey());
      verifier.update(signed);
      return verifier.verify(raw);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  static byte[] signedData(String namespace, byte[] reserved, String hash, byte[] message) {
    String jdkHash = "SHA-" + hash.substring(3).toUpperCase(Locale.ROOT);
    return new SshWriter()
        .raw(MAGIC)
        .string(namespace)
        .string(reserved)
        .string(hash)
        .string(Digests.digest(jdkHash, message))
        .toBytes();
  }

  /** The key that claims to have signed. */
  public SshPublicKey key() {
    return key;
  }

  /** What the signature is for. */
  public String namespace() {
    return namespace;
  }

  /** Whether somebody touched the security key (true proof only after {@link #verify}). */
  public boolean userPresent() {
    return (flags & FLAG_USER_PRESENT) != 0;
  }

  /** Whether the security key checked its PIN or a fingerprint. */
  public boolean userVerified() {
    return (flags & FLAG_USER_VERIFIED) != 0;
  }

  /** The binary form, a copy. */
  public byte[] blob() {
    return blob.clone();
  }

  /** The text form, as {@code ssh-keygen} writes it. */
  public String toArmor() {
    String body = Base64.getEncoder().encodeToString(blob);
    StringBuilder armor = new StringBuilder(ARMOR_BEGIN).append('\n');
    for (int at = 0; at < body.length(); at += ARMOR_WIDTH) {
      armor.append(body, at, Math.min(body.length(), at + ARMOR_WIDTH)).append('\n');
    }
    return armor.append(ARMOR_END).append('\n').toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SshSignature signature && MessageDigest.isEqual(blob, signature.blob);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(blob);
  }

  @Override
  public String toString() {
    return "signature of " + key + " for " + namespace;
  }
}
