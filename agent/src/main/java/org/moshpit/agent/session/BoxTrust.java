package org.moshpit.agent.session;

import java.util.Optional;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshPublicKey;

/** Which host key the box may have, and what follows from a record. */
final class BoxTrust {
  /** What follows. */
  sealed interface Word {
    /** Seal to it. */
    record Use(SignedBoxRecord record) implements Word {}

    /** Ask the person first. */
    record Ask(SignedBoxRecord record) implements Word {}

    /** Stop. */
    record Stop(ExitCode exit, String sentence) implements Word {}
  }

  private final ConnectRequest request;
  private final RecordCheck records;
  private Optional<KnownBox> known;

  BoxTrust(ConnectRequest request) {
    this.request = request;
    this.records = new RecordCheck(request.realm(), request.name());
    this.known = request.known();
  }

  /** The remembered record if it still serves, or a contradiction to {@code --host-key}. */
  Optional<Word> remembered(long wallMillis) {
    if (known.isPresent() && isUnexpected(known.get().hostKey())) {
      return Optional.of(unexpected(known.get().hostKey()));
    }
    return known
        .flatMap(KnownBox::record)
        .filter(record -> records.isUsable(record, wallMillis))
        .map(Word.Use::new);
  }

  /** A record the rendezvous gave. */
  Word judge(byte[] bytes, long wallMillis) {
    RecordCheck.Worth worth = records.check(bytes, known, wallMillis);
    if (worth instanceof RecordCheck.Worth.Good good) {
      SignedBoxRecord record = good.record();
      if (isUnexpected(record.hostKey())) {
        return unexpected(record.hostKey());
      }
      return known.isPresent() || request.expected().isPresent()
          ? new Word.Use(record)
          : new Word.Ask(record);
    }
    if (worth instanceof RecordCheck.Worth.OtherHostKey other) {
      return new Word.Stop(
          ExitCode.HOST_KEY_CHANGED,
          Sentences.hostKeyChanged(
              request.name(), known.orElseThrow().hostKey(), other.record().hostKey()));
    }
    if (worth instanceof RecordCheck.Worth.OtherVersion other) {
      boolean newer = other.record().record().versionMin() > RecordCheck.VERSION;
      return new Word.Stop(ExitCode.FAILURE, Sentences.otherVersion(request.name(), newer));
    }
    return new Word.Stop(
        ExitCode.FAILURE,
        Sentences.badRecord(request.name(), ((RecordCheck.Worth.Bad) worth).why()));
  }

  /** From now on the box has this host key and no record older than this. */
  void trust(SignedBoxRecord record) {
    known = Optional.of(KnownBox.of(record));
  }

  boolean isKnown() {
    return known.isPresent();
  }

  private boolean isUnexpected(SshPublicKey hostKey) {
    return request.expected().isPresent()
        && !request.expected().get().equals(hostKey.fingerprint());
  }

  private Word unexpected(SshPublicKey hostKey) {
    return new Word.Stop(
        ExitCode.HOST_KEY_CHANGED,
        Sentences.notExpectedKey(
            request.name(), request.expected().orElseThrow().toString(), hostKey));
  }
}
