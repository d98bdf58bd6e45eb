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
  /** For each. */
  long LIMIT_MILLIS = 2000;

  /**
   * At its limit: the JVM may have been stopped past it, and what ended in time it learns from a
   * thread that goes on no sooner than this one.
   */
  long LAST_LOOK_MILLIS = 100;

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
        boolean ended =
            process.waitFor(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                || process.waitFor(LAST_LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (!ended || process.exitValue() != 0) {
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
