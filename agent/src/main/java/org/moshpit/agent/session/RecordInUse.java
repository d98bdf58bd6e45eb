package org.moshpit.agent.session;

import java.util.Optional;
import org.moshpit.common.identity.SignedBoxRecord;

/**
 * The box's record that a laptop seals to. The rendezvous may say that a newer one has taken its
 * place, though not again and again; remembered in place of the one before it is a record only when
 * an answer has proved that the box holds its key.
 */
final class RecordInUse {
  /** So often in a row may the rendezvous have a newer one. */
  static final int REPLACEMENTS = 2;

  private SignedBoxRecord record;
  private Optional<SignedBoxRecord> remembered;
  private int replacements;

  /**
   * None yet.
   *
   * @param remembered the one this laptop keeps, be it usable or not
   */
  RecordInUse(Optional<SignedBoxRecord> remembered) {
    this.remembered = remembered;
  }

  /** The one this laptop keeps is used. */
  static RecordInUse ofProven(SignedBoxRecord record) {
    RecordInUse inUse = new RecordInUse(Optional.of(record));
    inUse.use(record);
    return inUse;
  }

  /** Whether an answer is none of the box's, but the rendezvous' word that there is a newer one. */
  static boolean isReplaced(byte[] sealed, byte[] record) {
    return sealed.length == 0 && record.length > 0;
  }

  /** From now on; it was judged before. */
  void use(SignedBoxRecord next) {
    record = next;
  }

  boolean isThere() {
    return record != null;
  }

  /** The one in use. */
  SignedBoxRecord get() {
    if (record == null) {
      throw new IllegalStateException("no record yet");
    }
    return record;
  }

  /** Counts one replacement; false if there were too many since a proof. */
  boolean mayBeReplaced() {
    return ++replacements <= REPLACEMENTS;
  }

  /** It is kept without a proof: it is the first, and the person or {@code --host-key} said so. */
  void keep() {
    remembered = Optional.of(get());
  }

  /** An answer sealed with its key was opened. What comes out is to be remembered. */
  Optional<SignedBoxRecord> proven() {
    replacements = 0;
    if (remembered.equals(Optional.of(get()))) {
      return Optional.empty();
    }
    keep();
    return remembered;
  }
}
