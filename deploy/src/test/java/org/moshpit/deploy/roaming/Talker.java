package org.moshpit.deploy.roaming;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;

/**
 * A session without a person: what is typed comes back in capitals, on an empty screen. Cheaper
 * than a {@link Typist}, so that there may be many.
 */
final class Talker {
  /** As much of a word that no cell of the screen keeps what the last one left there. */
  private static final int LENGTH = 12;

  private static final String REMOTE =
      "stty -echo; while read w; do printf \"\\033[H\\033[2J\"; echo $w | tr a-z A-Z; done";

  private final Process process;
  private final StringBuilder seen = new StringBuilder();
  private String expected = "";

  private Talker(Process process) {
    this.process = process;
  }

  /** Begins a session; nobody waits for it. */
  static Talker begin(Lab lab) {
    String connect =
        "stty rows 24 cols 80; exec agent connect --predict=never --host-key "
            + lab.hostKey("box")
            + " box -- sh -c '"
            + REMOTE
            + "'";
    Host laptop = lab.laptop();
    // script(1) makes the terminal, though without a size
    return new Talker(laptop.converse("script", "-qefc", connect, "/dev/null"));
  }

  /** Types a word; another one each round, of 26 at most. */
  void say(int round) {
    String word = Character.toString('a' + round % 26).repeat(LENGTH);
    expected = word.toUpperCase(Locale.ROOT);
    drain();
    seen.setLength(0);
    type(word + "\r");
  }

  /** Whether the answer to the last word is there. */
  boolean isAnswered() {
    drain();
    return seen.indexOf(expected) >= 0;
  }

  /** Ends as a person does. */
  void hangUp() {
    type("\u0004");
  }

  /** Whether it is over, and as it should be. */
  boolean isOver() {
    drain();
    if (process.isAlive()) {
      return false;
    }
    if (process.exitValue() != 0) {
      throw new AssertionError("exit " + process.exitValue() + ": " + seen);
    }
    return true;
  }

  /** The end of what is on its screen. */
  @Override
  public String toString() {
    return seen.substring(Math.max(0, seen.length() - 300));
  }

  private void type(String keys) {
    try {
      process.getOutputStream().write(keys.getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a session is gone: " + this, e);
    }
  }

  private void drain() {
    try {
      int there = process.getInputStream().available();
      seen.append(new String(process.getInputStream().readNBytes(there), StandardCharsets.UTF_8));
      if (seen.length() > 100_000) {
        seen.delete(0, seen.length() - 10_000);
      }
    } catch (IOException e) {
      // it has ended, and the pipe is closed
      return;
    }
  }
}
