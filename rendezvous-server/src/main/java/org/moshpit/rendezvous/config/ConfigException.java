package org.moshpit.rendezvous.config;

/** A setting that cannot be; the message is one sentence saying what to do. Exit code 2. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  /** With the sentence. */
  public ConfigException(String sentence) {
    super(sentence);
  }
}
