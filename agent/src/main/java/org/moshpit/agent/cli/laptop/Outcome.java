package org.moshpit.agent.cli.laptop;

import org.moshpit.agent.config.ExitCode;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.sansio.TransportAddress;

/** What the loop has for the main thread to do: the terminal is the main thread's. */
sealed interface Outcome {
  /** Ask the person about this box; the answer goes back to the loop. */
  record AskFingerprint(SignedBoxRecord record) implements Outcome {}

  /**
   * Run mosh-client.
   *
   * @param address the loopback address that stands for mosh-server
   * @param warning to be shown before, or empty
   */
  record Run(TransportAddress address, String moshKey, String warning) implements Outcome {
    /** Without the key. */
    @Override
    public String toString() {
      return "Run[" + address + "]";
    }
  }

  /** Print that line of a ping. */
  record Line(String text) implements Outcome {}

  /** As many pings as were wanted have been made, or the box has ended it. */
  record PingOver() implements Outcome {}

  /** It ends before it began. */
  record Fail(ExitCode exit, String sentence) implements Outcome {}
}
