package org.moshpit.rendezvous.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.moshpit.rendezvous.store.StoreException;

/**
 * The files of {@code tls-certificate} and {@code tls-key}.
 *
 * @param certificate PEM: the certificate, and after it those of the CAs between it and the root
 * @param key PEM, PKCS#8: EC on P-256 or P-384, or RSA of 2048 to 8192 bits
 * @param state the state directory, whose owner may own the key
 */
public record CertificateFiles(Path certificate, Path key, Path state) {
  private static final int MAX_CHAIN = 10;
  private static final int MIN_RSA = 2048;
  private static final int MAX_RSA = 8192;

  /** How the files are now, to be compared with later. */
  public FileStamp stamp() {
    return FileStamp.of(List.of(certificate, key));
  }

  /**
   * Reads both. Blocks.
   *
   * @throws StoreException with a sentence that names the setting and the file, if one cannot be
   *     read, others can read the key, or they do not belong together; dates are not looked at
   */
  public TlsIdentity read() throws StoreException {
    PemFile chainFile = PemFile.read("tls-certificate", certificate);
    List<X509Certificate> chain = chain(chainFile);
    PublicKey publicKey = chain.get(0).getPublicKey();
    checkKind(chainFile, publicKey);
    checkPrivate();
    PemFile keyFile = PemFile.read("tls-key", key);
    KeyPair pair = new KeyPair(publicKey, privateKey(keyFile));
    if (!belongTogether(pair)) {
      throw keyFile.wrong(
          "is not the key of the first certificate in " + certificate + ", as it must be", null);
    }
    return new TlsIdentity(pair, chain);
  }

  private static List<X509Certificate> chain(PemFile file) throws StoreException {
    List<byte[]> blocks = file.blocks("CERTIFICATE");
    if (blocks.isEmpty()) {
      throw file.wrong("must be a PEM file with a whole '-----BEGIN CERTIFICATE-----' in it", null);
    }
    if (blocks.size() > MAX_CHAIN) {
      throw file.wrong("has more than " + MAX_CHAIN + " certificates; it must be one chain", null);
    }
    List<X509Certificate> chain = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] block : blocks) {
        chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
      }
    } catch (CertificateException e) {
      throw file.wrong("holds a certificate that is damaged", e);
    }
    return chain;
  }

  private static void checkKind(PemFile file, PublicKey key) throws StoreException {
    if (key instanceof ECPublicKey ec) {
      int bits = ec.getParams().getCurve().getField().getFieldSize();
      if (bits == 256 || bits == 384) {
        return;
      }
    } else if (key instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits >= MIN_RSA && bits <= MAX_RSA) {
        return;
      }
    }
    throw file.wrong(
        "must be for a key on P-256 or P-384, or one of RSA with 2048 to 8192 bits", null);
  }

  /** Of root, or the state directory's owner, and for nobody else to read. */
  private void checkPrivate() throws StoreException {
    try {
      if (!Files.isRegularFile(key)) {
        return; // reading it says why
      }
      Set<PosixFilePermission> others = EnumSet.allOf(PosixFilePermission.class);
      others.removeAll(PosixFilePermissions.fromString("rwx------"));
      if (Files.getPosixFilePermissions(key).stream().anyMatch(others::contains)) {
        throw new StoreException(
            "Others can read the tls-key " + key + "; run 'chmod 600' on it.", null);
      }
      Object owner = Files.getAttribute(key, "unix:uid");
      if (!owner.equals(0) && !owner.equals(Files.getAttribute(state, "unix:uid"))) {
        throw new StoreException(
            "The tls-key "
                + key
                + " belongs to another user; give it to the owner of the state directory, or root.",
            null);
      }
    } catch (IOException e) {
      throw new StoreException("The tls-key " + key + " cannot be read.", e);
    }
  }

  private PrivateKey privateKey(PemFile file) throws StoreException {
    List<byte[]> blocks = file.blocks("PRIVATE KEY");
    if (blocks.isEmpty()) {
      String convert = "openssl pkey -in " + key + " -out NEW";
      if (file.mentions("ENCRYPTED PRIVATE KEY")) {
        throw file.wrong(
            "is encrypted, and there is nobody to ask for its passphrase; run: " + convert, null);
      }
      for (String form : List.of("EC PRIVATE KEY", "RSA PRIVATE KEY")) {
        if (file.mentions(form)) {
          throw file.wrong(
              "has an '" + form + "', and PKCS#8 ('PRIVATE KEY') is expected; run: " + convert,
              null);
        }
      }
      throw file.wrong("must be a PEM file with a whole '-----BEGIN PRIVATE KEY-----' in it", null);
    }
    for (String algorithm : List.of("EC", "RSA")) {
      try {
        return KeyFactory.getInstance(algorithm)
            .generatePrivate(new PKCS8EncodedKeySpec(blocks.get(0)));
      } catch (InvalidKeySpecException e) {
        // of the other kind, or damaged
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has " + algorithm, e);
      }
    }
    throw file.wrong("is damaged, or neither EC nor RSA", null);
  }

  private static boolean belongTogether(KeyPair pair) {
    if (!pair.getPublic().getAlgorithm().equals(pair.getPrivate().getAlgorithm())) {
      return false;
    }
    try {
      Signature signature =
          Signature.getInstance(
              pair.getPublic() instanceof RSAPublicKey ? "SHA256withRSA" : "SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      byte[] signed = signature.sign();
      signature.initVerify(pair.getPublic());
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // of another size or curve
    }
  }
}
