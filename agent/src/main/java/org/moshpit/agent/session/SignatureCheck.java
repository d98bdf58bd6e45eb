package org.moshpit.agent.session;

import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.identity.SshSignature;
import org.moshpit.common.seal.OfferStatement;

/** Whether a key signed a statement. A seam, so that a test can see when it is asked. */
@FunctionalInterface
public interface SignatureCheck {
  /** The real one: SSHSIG in the namespace of offers, by exactly this key; 0.1–1 ms. */
  SignatureCheck SSHSIG =
      (key, signature, statement) -> {
        try {
          SshSignature parsed = SshSignature.parse(signature);
          return parsed.key().equals(key) && parsed.verify(OfferStatement.NAMESPACE, statement);
        } catch (SshFormatException e) {
          return false;
        }
      };

  /**
   * Whether it did.
   *
   * @param signature SSHSIG blob, as it came
   * @param statement the exact bytes
   */
  boolean verify(SshPublicKey key, byte[] signature, byte[] statement);
}
