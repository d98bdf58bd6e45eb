package org.moshpit.agent.cli.enroll;

import java.util.List;

/**
 * This clock against the rendezvous', as its greeting told it.
 *
 * @param offsetMillis how far the rendezvous' is ahead
 */
record ClockCheck(long offsetMillis) implements Check {
  /** An offer that is two minutes off takes another round trip; half of that is time to mend it. */
  private static final long SUSPECT_SECONDS = 60;

  @Override
  public String what() {
    return "clock";
  }

  @Override
  public List<Finding> look() {
    long seconds = Math.abs(Math.round(offsetMillis / 1000.0));
    String said = seconds + " s " + (offsetMillis > 0 ? "behind" : "ahead of") + " the rendezvous'";
    if (seconds <= SUSPECT_SECONDS) {
      return List.of(Finding.ok(what(), seconds == 0 ? "" : said));
    }
    return List.of(
        Finding.warning(
            what(),
            said,
            "Set whichever of the two is wrong, for example by timedatectl set-ntp true: keys and"
                + " certificates that expire go by it, and connecting takes longer."));
  }
}
