package org.moshpit.agent.mosh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Starts programs with the default action for every signal. A shell has what it starts in the
 * background ignore SIGINT and SIGQUIT, nohup(1) has it ignore SIGHUP; whoever ignores a signal
 * bequeaths that to all it starts, and a person's Ctrl-C would be dead in every session. The JDK
 * has no way to undo it; env(1) of GNU coreutils has since 8.31.
 */
final class DefaultSignals {
  private static final long PATIENCE_SECONDS = 5;

  private DefaultSignals() {}

  /** Found out once, with the first session. */
  private static final class Here {
    static final List<String> WORDS =
        Executables.find("env", LaunchStyle.STARTER_PATH)
            .map(DefaultSignals::words)
            .orElse(List.of());
  }

  /**
   * What to put before a command line; nothing where no program here can do it: then signals stay
   * as they are. Blocks a few milliseconds the first time.
   */
  static List<String> words() {
    return Here.WORDS;
  }

  /** The same with a given env(1), which is asked whether it can. */
  static List<String> words(Path env) {
    List<String> words = List.of(env.toString(), "--default-signal");
    Optional<Path> something = Executables.find("true", LaunchStyle.STARTER_PATH);
    return something.isPresent()
            && succeeds(List.of(words.get(0), words.get(1), something.get().toString()))
        ? words
        : List.of();
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      return ended && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
