package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Small programs of this machine that are asked something. */
interface Programs {
  /** The lines of its output; empty if there is no such program, it fails, or takes too long. */
  Optional<List<String>> ask(Map<String, String> environment, String... command);

  /** Runs them; two seconds at most each, and 64 kB of output, which fit into a pipe. */
  static Programs ofThisHost() {
    return Programs::run;
  }

  private static Optional<List<String>> run(Map<String, String> environment, String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      try (InputStream out = process.getInputStream()) {
        if (!process.waitFor(2, TimeUnit.SECONDS) || process.exitValue() != 0) {
          return Optional.empty();
        }
        String text = new String(out.readNBytes(1 << 16), StandardCharsets.UTF_8);
        return Optional.of(text.lines().toList());
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
