package org.moshpit.common.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;

/** What Prometheus' client libraries tell of every process, under the same names; from /proc. */
public final class ProcessMetrics {
  private static final long PAGE = 4096;

  private ProcessMetrics() {}

  /**
   * Adds them.
   *
   * @param version of the program
   */
  public static void addTo(MetricSet metrics, String version) {
    metrics.gauges(
        "moshpit_build_info",
        "Always 1; its label is the version.",
        "version",
        () -> Map.of(version, 1));
    double started =
        ProcessHandle.current().info().startInstant().map(Instant::toEpochMilli).orElse(0L)
            / 1000.0;
    metrics.gauge(
        "process_start_time_seconds", "When the process started, Unix time.", () -> started);
    metrics.gauge(
        "process_resident_memory_bytes", "Resident memory.", ProcessMetrics::residentBytes);
    metrics.gauge("process_open_fds", "Open file descriptors.", ProcessMetrics::descriptors);
  }

  private static double residentBytes() {
    try {
      String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
      return Long.parseLong(pages[1]) * PAGE;
    } catch (IOException | RuntimeException e) {
      return Double.NaN; // no /proc here
    }
  }

  private static double descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
