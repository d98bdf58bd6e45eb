package org.moshpit.agent.session;

import java.util.Arrays;
import java.util.Optional;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.seal.SealKey;

/** Whether a record that came from the rendezvous may be believed. */
final class RecordCheck {
  /** The protocol version spoken here. */
  static final int VERSION = 1;

  /** What a record is worth. */
  sealed interface Worth {
    /** Of this box, by the host key it names; whose key that is, is another question. */
    record Good(SignedBoxRecord record) implements Worth {}

    /** By the known box's right to change keys it is not: another host key. */
    record OtherHostKey(SignedBoxRecord record) implements Worth {}

    /** Good, but it speaks no version spoken here. */
    record OtherVersion(SignedBoxRecord record) implements Worth {}

    /** Garbage, forged, of another box or realm, expired, or older than one seen before. */
    record Bad(String why) implements Worth {}
  }

  private final byte[] realm;
  private final String name;

  RecordCheck(byte[] realm, String name) {
    this.realm = realm;
    this.name = name;
  }

  Worth check(byte[] bytes, Optional<KnownBox> known, long wallMillis) {
    SignedBoxRecord record;
    try {
      if (bytes.length > SignedBoxRecord.MAX_LENGTH) {
        return new Worth.Bad("it is too long");
      }
      record = SignedBoxRecord.parse(bytes);
    } catch (SshFormatException e) {
      return new Worth.Bad("it is damaged");
    }
    String why = fault(record, record.verify(realm, name, wallMillis / 1000));
    if (why != null) {
      return new Worth.Bad(why);
    }
    if (known.isPresent() && !known.get().hostKey().equals(record.hostKey())) {
      return new Worth.OtherHostKey(record);
    }
    if (known.isPresent() && isOlder(record, known.get())) {
      return new Worth.Bad("it is older than the one seen before");
    }
    return isSpokenHere(record) ? new Worth.Good(record) : new Worth.OtherVersion(record);
  }

  private static boolean isSpokenHere(SignedBoxRecord record) {
    return record.record().versionMin() <= VERSION && record.record().versionMax() >= VERSION;
  }

  /** Null if there is none. */
  private static String fault(SignedBoxRecord record, SignedBoxRecord.Verdict verdict) {
    return switch (verdict) {
      case VALID -> SealKey.isUsable(record.record().noiseKey()) ? null : "its key is unusable";
      case BAD_SIGNATURE -> "its signature is wrong";
      case WRONG_REALM -> "it is made for another rendezvous";
      case WRONG_NAME -> "it is another box's";
      case EXPIRED -> "it has expired (or this computer's clock is wrong)";
    };
  }

  /** A box changes its key only with its serial. */
  private static boolean isOlder(SignedBoxRecord record, KnownBox known) {
    long serial = record.record().serial();
    return serial < known.serial()
        || (serial == known.serial()
            && known
                .record()
                .filter(r -> !Arrays.equals(r.record().noiseKey(), record.record().noiseKey()))
                .isPresent());
  }

  /** Whether a remembered record, which was verified when it was stored, can still be sealed to. */
  boolean isUsable(SignedBoxRecord record, long wallMillis) {
    return fault(record, record.stands(realm, name, wallMillis / 1000)) == null
        && isSpokenHere(record);
  }
}
