package org.moshpit.agent.session;

import java.util.List;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.seal.SealedLimits;

/**
 * Keys offered in one offer.
 *
 * @param keys 1 to {@link SealedLimits#KEYS}; if {@code interactive}, one
 * @param interactive whether signing may ask for a passphrase or a touch
 */
public record KeyBatch(List<SshPublicKey> keys, boolean interactive) {
  /** Copies the list; a wrong size is the caller's bug. */
  public KeyBatch {
    keys = List.copyOf(keys);
    if (keys.isEmpty() || keys.size() > (interactive ? 1 : SealedLimits.KEYS)) {
      throw new IllegalArgumentException("batch of " + keys.size() + " keys");
    }
  }
}
