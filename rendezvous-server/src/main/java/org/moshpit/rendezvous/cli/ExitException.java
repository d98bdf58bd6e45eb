package org.moshpit.rendezvous.cli;

/** The end of a command: an exit code and one plain sentence. */
final class ExitException extends Exception {
  private static final long serialVersionUID = 1;

  /** Failure. */
  static final int FAILURE = 1;

  /** Usage or configuration. */
  static final int USAGE = 2;

  private final int code;

  ExitException(int code, String sentence, Throwable cause) {
    super(sentence, cause);
    this.code = code;
  }

  int code() {
    return code;
  }
}
