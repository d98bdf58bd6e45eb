package org.moshpit.common.identity;

/**
 * Bytes or text that are not what they should be. Checked, so that no caller forgets hostile input;
 * without a stack trace, so that garbage costs nothing. The message never contains the input.
 */
public final class SshFormatException extends Exception {
  /** With one short sentence on what is wrong. */
  public SshFormatException(String message) {
    super(message, null, false, false);
  }
}
