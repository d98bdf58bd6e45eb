package org.moshpit.agent.config;

import java.util.Objects;

/**
 * A failure a person can act on. The command line prints {@code agent: } and the sentence on
 * stderr, and ends with the exit code; the cause is shown only with {@code -v}.
 */
public final class UserError extends RuntimeException {
  private final ExitCode exitCode;

  /**
   * A failure without a cause worth showing.
   *
   * @param sentence plain words, saying what to do; no trailing newline
   */
  public UserError(ExitCode exitCode, String sentence) {
    this(exitCode, sentence, null);
  }

  /**
   * A failure with the exception that led to it.
   *
   * @param sentence plain words, saying what to do; no trailing newline
   * @param cause may be null
   */
  public UserError(ExitCode exitCode, String sentence, Throwable cause) {
    super(Objects.requireNonNull(sentence), cause);
    this.exitCode = Objects.requireNonNull(exitCode);
  }

  /** The process' exit code. */
  public ExitCode exitCode() {
    return exitCode;
  }

  /** The sentence for the person. */
  public String sentence() {
    return getMessage();
  }
}
