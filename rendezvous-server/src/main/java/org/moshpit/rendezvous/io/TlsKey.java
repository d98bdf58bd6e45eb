package org.moshpit.rendezvous.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moshpit.rendezvous.store.StateFiles;
import org.moshpit.rendezvous.store.StoreException;

/**
 * The rendezvous' TLS key: P-256, made at the first start, kept in {@code STATE/tls_key.pem} as two
 * PEM blocks, private (PKCS#8) and public (SubjectPublicKeyInfo).
 */
public final class TlsKey {
  private static final String FILE = "tls_key.pem";

  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN (PRIVATE|PUBLIC) KEY-----([A-Za-z0-9+/=\\s]*)-----END \\1 KEY-----");

  private TlsKey() {}

  /** Whether a rendezvous has ever begun in that state directory. */
  public static boolean isIn(Path directory) {
    return Files.exists(directory.resolve(FILE), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Reads the key of a state directory, or makes it.
   *
   * @throws StoreException if it is damaged or cannot be written; then nothing was changed
   */
  public static KeyPair of(Path directory) throws StoreException {
    Path file = directory.resolve(FILE);
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        checkPrivate(file);
        return parse(new String(StateFiles.read(file), StandardCharsets.US_ASCII));
      }
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      String pem =
          block("PRIVATE", pair.getPrivate().getEncoded())
              + block("PUBLIC", pair.getPublic().getEncoded());
      StateFiles.write(file, pem.getBytes(StandardCharsets.US_ASCII));
      return pair;
    } catch (IOException e) {
      throw new StoreException("The TLS key " + file + " cannot be read or written.", e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new StoreException(
          "The TLS key " + file + " is damaged; nothing was changed: put a copy of it back.", e);
    }
  }

  /** Of the state directory's owner, or root, and for nobody else to read. */
  private static void checkPrivate(Path file) throws IOException, StoreException {
    Set<PosixFilePermission> others = EnumSet.allOf(PosixFilePermission.class);
    others.removeAll(PosixFilePermissions.fromString("rwx------"));
    if (Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).stream()
        .anyMatch(others::contains)) {
      throw new StoreException(
          "Others can read the TLS key " + file + "; run 'chmod 600' on it.", null);
    }
    Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Object ours = Files.getAttribute(file.toAbsolutePath().getParent(), "unix:uid");
    if (!owner.equals(0) && !owner.equals(ours)) {
      throw new StoreException(
          "The TLS key "
              + file
              + " belongs to another user; give it to the owner of the state directory.",
          null);
    }
  }

  private static KeyPair parse(String pem) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("EC");
    java.security.PrivateKey privateKey = null;
    java.security.PublicKey publicKey = null;
    Matcher blocks = BLOCK.matcher(pem);
    while (blocks.find()) {
      byte[] der = Base64.getMimeDecoder().decode(blocks.group(2));
      if (blocks.group(1).equals("PRIVATE")) {
        privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(der));
      } else {
        publicKey = factory.generatePublic(new X509EncodedKeySpec(der));
      }
    }
    if (privateKey == null || publicKey == null) {
      throw new GeneralSecurityException("a private and a public block are needed");
    }
    KeyPair pair = new KeyPair(publicKey, privateKey);
    check(pair);
    return pair;
  }

  private static void check(KeyPair pair) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    byte[] signature = signer.sign();
    signer.initVerify(pair.getPublic());
    if (!signer.verify(signature)) {
      throw new GeneralSecurityException("the two blocks are of different keys");
    }
  }

  private static String block(String kind, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + kind + " KEY-----\n" + body + "\n-----END " + kind + " KEY-----\n";
  }
}
