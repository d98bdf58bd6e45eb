package org.moshpit.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateWordsTest {
  private static String words(Throwable failure) {
    return CertificateWords.of(failure, "pit.example");
  }

  @Test
  void ofDatesCasAndNames() {
    assertThat(
            words(
                new CertificateException(
                    "PKIX path validation failed: java.security.cert.CertPathValidatorException",
                    new CertPathValidatorException(
                        "validity check failed", new CertificateExpiredException("NotAfter")))))
        .isEqualTo("it has expired, or the clock here is wrong");
    assertThat(words(new CertificateNotYetValidException("NotBefore")))
        .isEqualTo("it is not valid yet, or the clock here is wrong");
    assertThat(
            words(
                new CertificateException(
                    "PKIX path building failed",
                    new CertPathBuilderException("unable to find valid certification path"))))
        .isEqualTo("no CA that this machine trusts vouches for it");
    for (CertPathValidatorException.Reason reason :
        List.of(
            PKIXReason.NO_TRUST_ANCHOR, CertPathValidatorException.BasicReason.INVALID_SIGNATURE)) {
      assertThat(
              words(
                  new CertificateException(
                      "PKIX path validation failed",
                      new CertPathValidatorException("no", null, null, -1, reason))))
          .isEqualTo("no CA that this machine trusts vouches for it");
    }
    assertThat(words(new CertificateException("No name matching pit.example found")))
        .isEqualTo("it is not for pit.example");
    assertThat(words(new CertificateException("No subject alternative names present")))
        .isEqualTo("it is not for pit.example");
  }

  /** It quotes the certificate, and so whoever answers. */
  @ParameterizedTest
  @ValueSource(strings = {"odd\nand more", "invalid URI name:x\u001b]0;pwned\u0007", "plain", ""})
  void ofAnythingElseNothingThatJavaSays(String text) {
    String known = "it is damaged, or of a kind that Java does not take";
    assertThat(words(new CertificateException(text))).isEqualTo(known);
    assertThat(words(new CertificateException("x", new IOException(text)))).isEqualTo(known);
    assertThat(words(new CertificateException())).isEqualTo(known);
  }
}
