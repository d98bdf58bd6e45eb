package org.moshpit.deploy.roaming;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.moshpit.deploy.lab.Host;

/** A daemon of ours, as the kernel and its virtual machine see it. */
record Daemon(Host host, ProcessHandle process) {
  private static final Pattern USED = Pattern.compile("generation +total \\S+ used (\\d+)K");

  /**
   * What it holds.
   *
   * @param heap kB in use after a collection
   * @param rss kB
   */
  record Held(int heap, int rss, int threads, int files) {}

  /** Collects its garbage and counts. */
  Held held() throws IOException {
    String pid = Long.toString(process.pid());
    host.output("jcmd", pid, "GC.run");
    String said = host.output("jcmd", pid, "GC.heap_info").replace(",", "");
    Matcher used = USED.matcher(said);
    int heap = 0;
    while (used.find()) {
      heap += Integer.parseInt(used.group(1));
    }
    if (heap == 0) {
      throw new AssertionError("no heap of the serial collector: " + said);
    }
    Path proc = Path.of("/proc", pid);
    try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
      return new Held(heap, status(proc, "VmRSS"), status(proc, "Threads"), (int) files.count());
    }
  }

  private static int status(Path proc, String key) throws IOException {
    for (String line : Files.readAllLines(proc.resolve("status"))) {
      if (line.startsWith(key + ":")) {
        return Integer.parseInt(line.replaceAll("\\D", ""));
      }
    }
    throw new AssertionError(key);
  }
}
