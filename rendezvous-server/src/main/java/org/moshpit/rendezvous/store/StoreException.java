package org.moshpit.rendezvous.store;

/** The store cannot be used; the message is one sentence for an operator. */
public class StoreException extends Exception {
  private static final long serialVersionUID = 1;

  /** With the sentence and what it comes from, which may be null. */
  public StoreException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
