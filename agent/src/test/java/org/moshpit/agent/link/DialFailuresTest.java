package org.moshpit.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertificateParsingException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.SpkiPin;

/** A certificate that Java cannot read, as the JDK's TLS says it. */
class DialFailuresTest {
  private static String told(SpkiPin... pins) {
    Rendezvous rendezvous =
        new Rendezvous(new HostPort("pit.example", 3478), List.of(pins), List.of());
    DialFailures failures = new DialFailures(rendezvous);
    IOException found = new IOException("invalid URI name:x\u001b]0;pwned\u0007");
    CertificateParsingException unreadable = new CertificateParsingException(found);
    failures.add(new SSLHandshakeException(unreadable.getMessage()).initCause(unreadable));
    return failures.mostTelling().sentence();
  }

  @Test
  void withAPinItIsTheWrongOne() {
    assertThat(told(SpkiPin.ofHash(new byte[32])))
        .startsWith(
            "whoever answers at pit.example:3478 is not the pinned rendezvous"
                + " (it showed a certificate that cannot be read)");
  }

  /** What Java makes of a store in PKCS#12 whose password it was not given. */
  @Test
  void ofAStoreWithoutCasItIsSaid() {
    Rendezvous rendezvous = new Rendezvous(new HostPort("pit.example", 3478), List.of(), List.of());
    DialFailures failures = new DialFailures(rendezvous);
    InvalidAlgorithmParameterException empty =
        new InvalidAlgorithmParameterException("the trustAnchors parameter must be non-empty");
    failures.add(
        new SSLHandshakeException("General OpenSslEngine problem")
            .initCause(new RuntimeException("Unexpected error: " + empty, empty)));

    assertThat(failures.mostTelling().sentence())
        .startsWith("the certificate of pit.example:3478 does not verify (")
        .contains("trusts no CA", "javax.net.ssl.trustStore", "password");
  }

  @Test
  void withoutAPinItDoesNotVerify() {
    assertThat(told())
        .startsWith(
            "the certificate of pit.example:3478 does not verify"
                + " (it is damaged, or of a kind that Java does not take)");
  }
}
