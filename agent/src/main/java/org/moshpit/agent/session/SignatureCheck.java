package org.moshpit.agent.session;

import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.identity.SshSignature;
import org.moshpit.common.seal.OfferStatement;

/** Whether a key signed a statement. A seam, so that a test can see when it is asked. */
@FunctionalInterface
public interface SignatureCheck {
  /** What a signature proves. */
  enum Proof {
    NONE,
    SIGNED,
    /** The same by a security key that checked its PIN or a fingerprint. */
    SIGNED_USER_VERIFIED
  }

  /** The real one: SSHSIG in the namespace of offers, by exactly this key; 0.1–1 ms. */
  SignatureCheck SSHSIG =
      (key, signature, statement) -> {
        try {
          SshSignature parsed = SshSignature.parse(signature);
          if (!parsed.key().equals(key) || !parsed.verify(OfferStatement.NAMESPACE, statement)) {
            return Proof.NONE;
          }
          return parsed.userVerified() ? Proof.SIGNED_USER_VERIFIED : Proof.SIGNED;
        } catch (SshFormatException e) {
          return Proof.NONE;
        }
      };

  /**
   * Whether it did.
   *
   * @param signature SSHSIG blob, as it came
   * @param statement the exact bytes
   */
  Proof verify(SshPublicKey key, byte[] signature, byte[] statement);
}
