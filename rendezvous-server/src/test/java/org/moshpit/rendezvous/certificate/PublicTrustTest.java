package org.moshpit.rendezvous.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.testkit.TestCa;

class PublicTrustTest {
  private static TestCa root;
  private static TestCa below;
  private static KeyPair key;

  @BeforeAll
  static void make() throws Exception {
    root = TestCa.root("root");
    below = root.intermediate("below");
    key = TestCa.ec("secp256r1");
  }

  private static Optional<String> objection(String host, X509Certificate... chain) {
    return PublicTrust.objection(
        List.of(chain),
        host,
        () -> {
          try {
            return root.trust();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void aWholeChainForTheNameIsTrusted() throws Exception {
    X509Certificate one = below.issue(key.getPublic(), "pit.example", "192.0.2.1");
    assertThat(objection("pit.example", one, below.certificate())).isEmpty();
    assertThat(objection("192.0.2.1", one, below.certificate())).isEmpty();
    assertThat(objection("pit.example", one))
        .hasValueSatisfying(why -> assertThat(why).contains("no CA", "may not be whole"));
    assertThat(objection("other.example", one, below.certificate()))
        .contains("it is for pit.example, 192.0.2.1, not other.example");
    assertThat(objection("pit.example", below.issue(key.getPublic()), below.certificate()))
        .contains("it is for no name, not pit.example");
  }

  @Test
  void aCaOfNobodysIsNot() throws Exception {
    TestCa other = TestCa.root("root");
    X509Certificate one = other.issue(key.getPublic(), "pit.example");
    assertThat(objection("pit.example", one, other.certificate()))
        .contains("no CA that is trusted here vouches for it");
    assertThat(PublicTrust.objection(List.of(one), "pit.example")).isPresent();
  }

  /** What Java makes of a store in PKCS#12 whose password it was not given. */
  @Test
  void ofAStoreWithoutCasItIsSaid() throws Exception {
    KeyStore empty = KeyStore.getInstance(KeyStore.getDefaultType());
    empty.load(null, null);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(empty);
    X509Certificate one = root.issue(key.getPublic(), "pit.example");

    assertThat(
            PublicTrust.objection(
                List.of(one),
                "pit.example",
                () -> (X509TrustManager) factory.getTrustManagers()[0]))
        .hasValueSatisfying(
            why ->
                assertThat(why).contains("trusts no CA", "javax.net.ssl.trustStore", "password"));
  }

  @Test
  void onceItIsOutOfDateOnlyItsNamesCount() throws Exception {
    Instant now = Instant.now();
    X509Certificate old =
        root.issue(key.getPublic(), now.minusSeconds(99), now.minusSeconds(9), "pit.example");
    assertThat(objection("pit.example", old)).isEmpty();
    assertThat(objection("other.example", old)).isPresent();
    assertThat(PublicTrust.outOfDate(old, Date.from(now))).isTrue();
    assertThat(PublicTrust.outOfDate(old, Date.from(now.minusSeconds(50)))).isFalse();
    assertThat(PublicTrust.outOfDate(old, Date.from(now.minusSeconds(500)))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "pit.example, pit.example, true",
    "PIT.example, pit.Example, true",
    "pit.example, a.pit.example, false",
    "*.example, pit.example, true",
    "*.example, a.pit.example, false",
    "*.example, example, false",
    "*.example, .example, false",
    "p*.example, pit.example, false",
    "*.0.2.1, 192.0.2.1, false",
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "2001:db8:0:0:0:0:0:1, 2001:db8::1, true",
    "pit.example, 192.0.2.1, false",
  })
  void names(String name, String host, boolean covered) {
    assertThat(PublicTrust.covers(name, host)).isEqualTo(covered);
  }
}
