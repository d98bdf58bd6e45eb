package org.moshpit.agent.netwatch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The kernel's clock since boot (CLOCK_BOOTTIME, proc(5) /proc/uptime): unlike {@link
 * System#nanoTime} it goes on while the machine sleeps and means the same to every process, and
 * unlike the wall clock nobody sets it. Any thread; nothing blocks.
 */
public final class BootClock {
  private static final Path UPTIME = Path.of("/proc/uptime");

  private BootClock() {}

  /** Milliseconds, in steps of ten; where there is no such clock, {@link System#nanoTime}'s. */
  public static long millis() {
    try {
      return parse(Files.readString(UPTIME, StandardCharsets.ISO_8859_1));
    } catch (IOException | IllegalArgumentException e) {
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
  }

  /** The first number of the file, seconds with two decimals. */
  static long parse(String text) {
    int point = text.indexOf('.');
    int blank = text.indexOf(' ');
    if (point < 1 || blank != point + 3) {
      throw new IllegalArgumentException("not an uptime");
    }
    return Long.parseLong(text.substring(0, point) + text.substring(point + 1, blank)) * 10;
  }
}
