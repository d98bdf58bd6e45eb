package org.moshpit.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.util.List;
import org.junit.jupiter.api.Test;

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

  @Test
  void ofAnythingElseTheFirstLine() {
    assertThat(words(new CertificateException("odd\nand more"))).isEqualTo("odd");
    assertThat(words(new CertificateException("x".repeat(999)))).hasSize(160);
    assertThat(words(new CertificateException())).isEqualTo("Java does not tell why");
  }
}
