package org.moshpit.deploy.roaming;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/** The rows of docs/roaming.md, as they are measured, in {@code target/roaming.md}. */
final class RoamingTable {
  private static final Path FILE = Path.of("target", "roaming.md");

  private RoamingTable() {}

  /**
   * One more row.
   *
   * @param echo how long an echo was waited for once the network was there
   * @param direct until the direct path carried again; null if it never stopped
   * @param worst the longest an echo was waited for in all, faults included
   */
  static synchronized void row(
      String what, Duration echo, Duration direct, Duration worst, String path) {
    String row =
        String.format(
            Locale.ROOT,
            "| %s | %.1f | %s | %s | %.1f |%n",
            what,
            seconds(echo),
            direct == null ? "kept" : String.format(Locale.ROOT, "%.1f", seconds(direct)),
            path,
            seconds(worst));
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
