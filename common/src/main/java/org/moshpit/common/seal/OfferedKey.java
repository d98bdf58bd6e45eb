package org.moshpit.common.seal;

import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.identity.SshSignature;

/**
 * A key a person offers, with what it signed; nothing about either is proven yet. The arrays are
 * handed over and not changed afterwards.
 *
 * @param publicKey SSH key blob, 1 to {@link SshPublicKey#MAX_BLOB} bytes
 * @param signature SSHSIG blob over the statement, 1 to {@link SshSignature#MAX_BLOB} bytes
 */
public record OfferedKey(byte[] publicKey, byte[] signature) {
  /** Checks the lengths. */
  public OfferedKey {
    if (publicKey.length == 0
        || publicKey.length > SshPublicKey.MAX_BLOB
        || signature.length == 0
        || signature.length > SshSignature.MAX_BLOB) {
      throw new IllegalArgumentException("offered key");
    }
  }
}
