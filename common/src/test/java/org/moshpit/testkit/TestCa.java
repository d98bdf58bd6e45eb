package org.moshpit.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** A CA of nobody's that signs what a test wants (X.509 v3, RFC 5280), with a P-256 key. */
public final class TestCa {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] ECDSA_WITH_SHA256 = HEX.parseHex("300a06082a8648ce3d040302");
  private static final byte[] COMMON_NAME = HEX.parseHex("0603550403");
  private static final byte[] VERSION_3 = HEX.parseHex("a003020102");
  private static final byte[] BASIC_CONSTRAINTS_CA =
      HEX.parseHex("300f0603551d130101ff040530030101ff");
  private static final byte[] ALTERNATIVE_NAME = HEX.parseHex("0603551d11");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private final KeyPair pair;
  private final String name;
  private final X509Certificate certificate;
  private long serial;

  private TestCa(String name, KeyPair pair, X509Certificate signed) throws Exception {
    this.name = name;
    this.pair = pair;
    Instant now = Instant.now();
    certificate =
        signed != null
            ? signed
            : sign(
                name,
                pair.getPublic(),
                now.minus(1, ChronoUnit.DAYS),
                now.plus(1000, ChronoUnit.DAYS),
                BASIC_CONSTRAINTS_CA);
  }

  /** One that signs itself. */
  public static TestCa root(String name) throws Exception {
    return new TestCa(name, ec("secp256r1"), null);
  }

  /** One below this. */
  public TestCa intermediate(String below) throws Exception {
    KeyPair key = ec("secp256r1");
    Instant now = Instant.now();
    return new TestCa(
        below,
        key,
        sign(
            below,
            key.getPublic(),
            now.minus(1, ChronoUnit.DAYS),
            now.plus(900, ChronoUnit.DAYS),
            BASIC_CONSTRAINTS_CA));
  }

  /** Its own certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /**
   * Good since yesterday, for ninety days.
   *
   * @param names DNS names and IPv4 addresses
   */
  public X509Certificate issue(PublicKey key, String... names) throws Exception {
    Instant now = Instant.now();
    return issue(key, now.minus(1, ChronoUnit.DAYS), now.plus(90, ChronoUnit.DAYS), names);
  }

  /** The same, good from and until then. */
  public X509Certificate issue(PublicKey key, Instant from, Instant until, String... names)
      throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String one : names) {
      all.writeBytes(
          one.matches("[0-9.]+")
              ? der(0x87, InetAddress.getByName(one).getAddress())
              : der(0x82, ascii(one)));
    }
    byte[] extension =
        names.length == 0
            ? new byte[0]
            : der(0x30, ALTERNATIVE_NAME, der(0x04, der(0x30, all.toByteArray())));
    return sign("a rendezvous", key, from, until, extension);
  }

  /**
   * One that Java cannot read: its critical alternative name is a URI and holds this.
   *
   * @return DER
   */
  public byte[] unreadable(PublicKey key, String uri) throws Exception {
    byte[] critical = {1, 1, (byte) 0xff};
    byte[] names = der(0x04, der(0x30, der(0x86, ascii(uri))));
    Instant now = Instant.now();
    return encoded(
        "a rendezvous",
        key,
        now.minus(1, ChronoUnit.DAYS),
        now.plus(90, ChronoUnit.DAYS),
        der(0x30, ALTERNATIVE_NAME, critical, names));
  }

  private X509Certificate sign(
      String subject, PublicKey key, Instant from, Instant until, byte[] extension)
      throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(encoded(subject, key, from, until, extension)));
  }

  private byte[] encoded(
      String subject, PublicKey key, Instant from, Instant until, byte[] extension)
      throws Exception {
    byte[] extensions = extension.length == 0 ? extension : der(0xa3, der(0x30, extension));
    byte[] body =
        der(
            0x30,
            VERSION_3,
            der(0x02, BigInteger.valueOf(++serial).toByteArray()),
            ECDSA_WITH_SHA256,
            name(name),
            der(0x30, time(from), time(until)),
            name(subject),
            key.getEncoded(),
            extensions);
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(body);
    byte[] bits = der(0x03, new byte[] {0}, signer.sign());
    return der(0x30, body, ECDSA_WITH_SHA256, bits);
  }

  /** Trusts this CA and no other. */
  public X509TrustManager trust() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", certificate);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  /** A key on that curve, {@code secp256r1} and the like. */
  public static KeyPair ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  /** A key of so many bits. */
  public static KeyPair rsa(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  /** As a file holds them. */
  public static String pem(X509Certificate... chain) throws GeneralSecurityException {
    StringBuilder text = new StringBuilder();
    for (X509Certificate one : chain) {
      text.append(block("CERTIFICATE", one.getEncoded()));
    }
    return text.toString();
  }

  /** As a file holds it, PKCS#8. */
  public static String pem(Key key) {
    return block("PRIVATE KEY", key.getEncoded());
  }

  private static String block(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private static byte[] name(String common) {
    return der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, ascii(common)))));
  }

  private static byte[] time(Instant time) {
    return der(0x18, ascii(TIME.format(time)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(content::writeBytes);
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
