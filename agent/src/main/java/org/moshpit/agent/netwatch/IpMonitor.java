package org.moshpit.agent.netwatch;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code ip monitor} as a child process: whatever it prints means that an address, a link or a
 * route changed. A shell beside it ends it when we are killed: by itself it would notice only at
 * the next piece of news. One daemon thread reads.
 */
final class IpMonitor implements AutoCloseable {
  /** The background job reads our pipe: when it closes, it ends what the shell has become. */
  static final String[] COMMAND = {
    "sh",
    "-c",
    "command -v ip >/dev/null || exit 127; exec 3<&0 </dev/null;"
        + " { read -r x <&3; kill $$; } >/dev/null 2>&1 & exec 3<&-;"
        + " exec ip -o monitor address route link"
  };

  private final Process process;

  private IpMonitor(Process process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param news called on the reading thread with each line
   * @param ended called on the same thread when it has ended
   * @throws IOException if there is nothing to execute
   */
  static IpMonitor start(String[] command, Consumer<String> news, Consumer<IpMonitor> ended)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder
        .environment()
        .putAll(Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    IpMonitor monitor = new IpMonitor(builder.start());
    Thread thread = new Thread(() -> monitor.read(news, ended), "ip-monitor");
    thread.setDaemon(true);
    thread.start();
    return monitor;
  }

  private void read(Consumer<String> news, Consumer<IpMonitor> ended) {
    try (BufferedReader in = process.inputReader(StandardCharsets.US_ASCII)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        news.accept(line);
      }
    } catch (IOException e) {
      // closed
    }
    ended.accept(this);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
