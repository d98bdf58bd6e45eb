package org.moshpit.rendezvous.store;

/** The registry is sound, and could not be written now: it may be tried again. */
public final class UnwritableException extends StoreException {
  private static final long serialVersionUID = 1;

  UnwritableException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
