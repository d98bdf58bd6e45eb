package org.moshpit.common.text;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Times, sizes and names in people's words. */
public final class Human {
  private static final DateTimeFormatter LOCAL_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");
  private static final String PREFIXES = "kMGTPE";
  private static final int SHORTEST_ID = 8;

  private Human() {}

  /** Local, to the minute; null: null. */
  public static String time(Instant time, ZoneId zone) {
    return time == null ? null : LOCAL_TIME.format(time.atZone(zone));
  }

  /** To the second below a minute, to the minute below an hour, and so on. */
  public static String ago(Duration length) {
    long seconds = Math.max(0, length.toSeconds());
    if (seconds < 60) {
      return seconds + " s ago";
    }
    if (seconds < 3_600) {
      return seconds / 60 + " min ago";
    }
    return seconds < 48 * 3_600 ? seconds / 3_600 + " h ago" : seconds / 86_400 + " d ago";
  }

  /** A size with a decimal prefix (kB is 1,000 bytes), two or three digits; null: null. */
  public static String bytes(Long bytes) {
    if (bytes == null) {
      return null;
    }
    if (bytes < 1_000) {
      return bytes + " B";
    }
    double size = bytes;
    int prefix = -1;
    while (size >= 999.5 && prefix < PREFIXES.length() - 1) {
      size /= 1_000;
      prefix++;
    }
    return String.format(
        Locale.ROOT, size < 9.95 ? "%.1f %sB" : "%.0f %sB", size, PREFIXES.charAt(prefix));
  }

  /** To the millisecond; null: null. */
  public static String millis(Double millis) {
    return millis == null ? null : String.format(Locale.ROOT, "%.0f ms", millis);
  }

  /** How many digits of their names, at least eight, tell sessions apart. */
  public static int digits(List<String> ids) {
    int length = SHORTEST_ID;
    for (int i = 0; i < ids.size(); i++) {
      for (int j = 0; j < i; j++) {
        length = Math.max(length, common(ids.get(i), ids.get(j)) + 1);
      }
    }
    return length;
  }

  /** A session's name, no longer than so many digits. */
  public static String shortened(String id, int digits) {
    return id.substring(0, Math.min(digits, id.length()));
  }

  private static int common(String one, String other) {
    int length = 0;
    while (length < Math.min(one.length(), other.length())
        && one.charAt(length) == other.charAt(length)) {
      length++;
    }
    return length;
  }
}
