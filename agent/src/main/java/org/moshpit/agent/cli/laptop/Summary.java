package org.moshpit.agent.cli.laptop;

import java.time.Duration;
import java.util.Locale;

/**
 * What a session was like, for the one line on exit.
 *
 * @param name the box
 * @param length from the first screen to the end
 * @param direct how much of it on a direct path, not more than {@code length}
 * @param rttMillis last round trip measured on the path; negative: none was
 * @param roams how often the path changed its remote address
 * @param notDirect what it was at the end, and why, if not direct; else empty
 */
record Summary(
    String name, Duration length, Duration direct, double rttMillis, long roams, String notDirect) {

  /** As in {@code box: 12 min 3 s, 98 % direct, round trip 41 ms, 2 roams}. */
  String line() {
    StringBuilder line = new StringBuilder(name).append(": ");
    line.append(words(length)).append(", ").append(share());
    if (rttMillis >= 0) {
      line.append(", round trip ")
          .append(String.format(Locale.ROOT, rttMillis < 10 ? "%.1f" : "%.0f", rttMillis));
      line.append(" ms");
    }
    line.append(", ").append(roams).append(roams == 1 ? " roam" : " roams");
    if (!notDirect.isEmpty()) {
      line.append("; ").append(notDirect);
    }
    return line.toString();
  }

  private String share() {
    long millis = Math.max(1, length.toMillis());
    long percent = Math.round(100.0 * Math.min(direct.toMillis(), millis) / millis);
    return percent + " % direct";
  }

  /** {@code 7 s}, {@code 12 min 3 s}, {@code 5 h 2 min}, {@code 3 d 4 h}. */
  static String words(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    if (seconds < 86_400) {
      return seconds / 3600 + " h " + seconds / 60 % 60 + " min";
    }
    return seconds / 86_400 + " d " + seconds / 3600 % 24 + " h";
  }
}
