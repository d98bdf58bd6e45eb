package org.moshpit.agent.punch.strategy;

/**
 * Ports from {@code low} to {@code high}, both included.
 *
 * @param low 1–65535
 * @param high low–65535
 */
public record PortRange(int low, int high) {
  /** Lowest port a NAT is expected to hand out at random. */
  static final int FIRST = 1024;

  /** All of those. */
  static final PortRange ALL = new PortRange(FIRST, 65535);

  /** A block is at least that large. */
  private static final int SMALLEST_BLOCK = 256;

  /** Checks the bounds. */
  public PortRange {
    if (low < 1 || high > 65535 || high < low) {
      throw new IllegalArgumentException(low + "–" + high);
    }
  }

  /** How many ports it has. */
  public int size() {
    return high - low + 1;
  }

  /**
   * The block that samples lie in: their span widened to a power of two of at least 256 ports that
   * begins at a multiple of half its size, as carriers cut them.
   */
  static PortRange blockAround(int low, int high) {
    for (int size = SMALLEST_BLOCK; size < 65536; size *= 2) {
      int half = size / 2;
      int start = low / half * half;
      if (high < start + size) {
        return new PortRange(Math.max(1, start), Math.min(65535, start + size - 1));
      }
    }
    return ALL;
  }
}
