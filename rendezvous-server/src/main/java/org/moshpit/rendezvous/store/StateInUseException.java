package org.moshpit.rendezvous.store;

/** Another process uses the state directory. */
public final class StateInUseException extends StoreException {
  private static final long serialVersionUID = 1;

  StateInUseException(String sentence) {
    super(sentence, null);
  }
}
