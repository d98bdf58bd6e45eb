package org.moshpit.agent.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * How far the rendezvous' clock is ahead of this one, kept between runs: the TIME of a STUN request
 * must be near the rendezvous' before the link has told it anew. Blocks on the disk.
 */
public final class ClockOffset {
  private static final int MAX_FILE = 32;
  private static final long CLOSE_ENOUGH_MILLIS = 10_000;

  private ClockOffset() {}

  /** The offset last saved, in milliseconds; 0 if there is none or it cannot be read. */
  public static long load(AgentPaths paths) {
    try {
      byte[] text = PrivateFiles.read(paths.clockOffset(), MAX_FILE);
      return Long.parseLong(new String(text, StandardCharsets.US_ASCII).strip());
    } catch (IOException | UserError | NumberFormatException e) {
      // The link tells it again within a second.
      return 0;
    }
  }

  /**
   * Saves an offset that differs from the saved one by more than ten seconds; the state directory
   * must be prepared.
   *
   * @throws UserError exit 2, if it cannot be written
   */
  public static void save(AgentPaths paths, long millis) {
    if (Math.abs(millis - load(paths)) > CLOSE_ENOUGH_MILLIS) {
      PrivateFiles.write(
          paths.clockOffset(), Long.toString(millis).getBytes(StandardCharsets.US_ASCII));
    }
  }
}
