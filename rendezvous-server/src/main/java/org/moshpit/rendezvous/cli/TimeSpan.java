package org.moshpit.rendezvous.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code 90s}, {@code 30m}, {@code 24h}, {@code 7d}. */
final class TimeSpan {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([smhd])");

  private TimeSpan() {}

  /** In milliseconds; anything else is an {@link IllegalArgumentException}. */
  static long parseMillis(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    long seconds =
        switch (matcher.group(2)) {
          case "s" -> 1;
          case "m" -> 60;
          case "h" -> 3600;
          default -> 86_400;
        };
    return Long.parseLong(matcher.group(1)) * seconds * 1000;
  }
}
