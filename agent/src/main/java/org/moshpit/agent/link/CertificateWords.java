package org.moshpit.agent.link;

import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.util.Set;

/** Why a certificate does not verify, in words that a person can act on. */
final class CertificateWords {
  /** A CA of a trusted name with another key is met by the second. */
  private static final Set<CertPathValidatorException.Reason> NOT_OF_A_CA =
      Set.of(PKIXReason.NO_TRUST_ANCHOR, BasicReason.INVALID_SIGNATURE);

  private CertificateWords() {}

  /**
   * What the JDK found, in words that stand here: none of the certificate's.
   *
   * @param failure a {@link java.security.cert.CertificateException} of the handshake, or an {@link
   *     InvalidAlgorithmParameterException}: without any CA it does not come to looking
   * @param host the name it had to be for
   */
  static String of(Throwable failure, String host) {
    // What a search for a path to a CA ran into may be a date.
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof CertificateExpiredException) {
        return "it has expired, or the clock here is wrong";
      }
      if (at instanceof CertificateNotYetValidException) {
        return "it is not valid yet, or the clock here is wrong";
      }
    }
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof InvalidAlgorithmParameterException) {
        return "Java trusts no CA here: the store of javax.net.ssl.trustStore is not there, or its"
            + " password is not given (javax.net.ssl.trustStorePassword)";
      }
      if (at instanceof CertPathBuilderException
          || at instanceof CertPathValidatorException path
              && NOT_OF_A_CA.contains(path.getReason())) {
        return "no CA that this machine trusts vouches for it";
      }
      String message = String.valueOf(at.getMessage());
      if (message.startsWith("No name matching") || message.startsWith("No subject alternative")) {
        return "it is not for " + host;
      }
    }
    // Java's own text quotes the certificate, that is whoever answers: not for a terminal.
    return "it is damaged, or of a kind that Java does not take";
  }
}
