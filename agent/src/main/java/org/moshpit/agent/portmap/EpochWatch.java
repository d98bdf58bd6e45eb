package org.moshpit.agent.portmap;

import java.util.concurrent.TimeUnit;

/**
 * Tells from the seconds a router counts since it began whether it began anew, and so forgot its
 * mappings: RFC 6887 §8.5, which also holds for NAT-PMP (RFC 6886 §3.6 asks for less).
 */
final class EpochWatch {
  private boolean known;
  private long heardAt;
  private long epoch;

  /**
   * Takes what an answer said.
   *
   * @param now monotonic nanoseconds
   * @param seconds 0–2³²−1
   * @return whether the router lost its state since the answer before
   */
  boolean lost(long now, long seconds) {
    boolean lost = known && !plausible(TimeUnit.NANOSECONDS.toSeconds(now - heardAt), seconds);
    known = true;
    heardAt = now;
    epoch = seconds;
    return lost;
  }

  private boolean plausible(long ours, long seconds) {
    if (seconds < epoch - 1) {
      return false;
    }
    long theirs = seconds - epoch;
    return ours + 2 >= theirs - theirs / 16 && theirs + 2 >= ours - ours / 16;
  }
}
