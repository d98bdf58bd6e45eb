package org.moshpit.agent.session;

import java.util.Objects;
import java.util.Optional;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshPublicKey;

/**
 * What a laptop remembers of a box.
 *
 * @param hostKey the only one it may have
 * @param serial of the last record seen; a lower one is refused
 * @param record that record, verified when it was stored, if it is still there
 */
public record KnownBox(SshPublicKey hostKey, long serial, Optional<SignedBoxRecord> record) {
  /** No nulls. */
  public KnownBox {
    Objects.requireNonNull(hostKey);
    Objects.requireNonNull(record);
  }

  /** As a verified record has it. */
  public static KnownBox of(SignedBoxRecord record) {
    return new KnownBox(record.hostKey(), record.record().serial(), Optional.of(record));
  }
}
