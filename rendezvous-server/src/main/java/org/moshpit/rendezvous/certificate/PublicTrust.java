package org.moshpit.rendezvous.certificate;

import java.net.InetAddress;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.moshpit.common.sansio.TransportAddress;

/** Whether an agent whose join URL has no pin would take a certificate (RFC 6125, RFC 5280). */
public final class PublicTrust {
  private static final int DNS = 2; // GeneralName, RFC 5280 §4.2.1.6
  private static final int IP = 7;

  private PublicTrust() {}

  /**
   * Why it would not, in words that follow "because"; empty: it would. An agent may trust other CAs
   * than this machine does. Once a certificate is out of date only its names are looked at: another
   * will follow, and whether that is trusted is not known. Blocks, 0.1 s.
   *
   * @param chain as presented
   * @param host of the join URL, a name or an IP address
   */
  public static Optional<String> objection(List<X509Certificate> chain, String host) {
    return objection(chain, host, PublicTrust::usual);
  }

  /** Whose CAs are trusted. */
  @FunctionalInterface
  interface Trust {
    X509TrustManager get() throws CertificateException;
  }

  static Optional<String> objection(List<X509Certificate> chain, String host, Trust trust) {
    List<String> names = names(chain.get(0));
    if (names.stream().noneMatch(name -> covers(name, host))) {
      return Optional.of(
          "it is for "
              + (names.isEmpty() ? "no name" : String.join(", ", names))
              + ", not "
              + host);
    }
    if (outOfDate(chain.get(0), new Date())) {
      return Optional.empty();
    }
    try {
      X509TrustManager trusted = trust.get();
      if (trusted.getAcceptedIssuers().length == 0) {
        return Optional.of(
            "Java trusts no CA here: the store of javax.net.ssl.trustStore is not there, or its"
                + " password is not given (javax.net.ssl.trustStorePassword)");
      }
      // "UNKNOWN" is how TLS 1.3 names the key exchange, which says nothing of the key.
      trusted.checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
      return Optional.empty();
    } catch (CertificateException e) {
      return Optional.of(
          "no CA that is trusted here vouches for it"
              + (chain.size() == 1 ? "; the chain in the file may not be whole" : ""));
    }
  }

  /** Those of Java, or of the store that {@code javax.net.ssl.trustStore} names. */
  private static X509TrustManager usual() throws CertificateException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          return x509;
        }
      }
      throw new CertificateException("no CAs");
    } catch (NoSuchAlgorithmException | KeyStoreException e) {
      throw new CertificateException("no CAs", e);
    }
  }

  /** Whether it is not good yet, or not any more. */
  public static boolean outOfDate(X509Certificate certificate, Date now) {
    return now.before(certificate.getNotBefore()) || now.after(certificate.getNotAfter());
  }

  /** Its DNS names and IP addresses; the subject's common name has no say (RFC 6125 §6.4.4). */
  static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      for (List<?> name : all == null ? List.<List<?>>of() : all) {
        if (name.get(0).equals(DNS) || name.get(0).equals(IP)) {
          names.add((String) name.get(1));
        }
      }
    } catch (CertificateParsingException e) {
      return List.of(); // whoever verifies it will not find any either
    }
    return names;
  }

  /** A wildcard stands for one whole label, the first (RFC 6125 §6.4.3). */
  static boolean covers(String name, String host) {
    Optional<InetAddress> address = address(host);
    if (address.isPresent()) {
      return address.equals(address(name));
    }
    String wanted = host.toLowerCase(Locale.ROOT);
    String pattern = name.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    return pattern.equals(wanted)
        || (pattern.startsWith("*.")
            && dot > 0
            && pattern.substring(1).equals(wanted.substring(dot)));
  }

  private static Optional<InetAddress> address(String text) {
    try {
      return Optional.of(TransportAddress.parseIp(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
