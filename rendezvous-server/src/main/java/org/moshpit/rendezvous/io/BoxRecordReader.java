package org.moshpit.rendezvous.io;

import java.util.OptionalLong;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.RecordReader;

/**
 * Reads box records. A record whose time is over is taken too: whether it is of use is for the
 * laptop to say, whose clock counts.
 */
final class BoxRecordReader implements RecordReader {
  @Override
  public OptionalLong serial(Bytes record, String name, Bytes realm) {
    try {
      SignedBoxRecord signed = SignedBoxRecord.parse(record.toArray());
      return signed.verify(realm.toArray(), name, 0) == SignedBoxRecord.Verdict.VALID
          ? OptionalLong.of(signed.record().serial())
          : OptionalLong.empty();
    } catch (SshFormatException e) {
      return OptionalLong.empty();
    }
  }
}
