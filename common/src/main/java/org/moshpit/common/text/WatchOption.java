package org.moshpit.common.text;

import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --watch}, for commands that show how things are now. */
public final class WatchOption {
  @Option(
      names = "--watch",
      description = "Show it anew every 2 s, in place, until interrupted with Ctrl-C.")
  private boolean wanted;

  /** Whether it is given. */
  public boolean wanted() {
    return wanted;
  }

  /**
   * Why it cannot be had, if it is given: a sentence without its full stop.
   *
   * @param json whether {@code --json} is given, too
   */
  public Optional<String> refusal(boolean json) {
    if (wanted && json) {
      return Optional.of("--watch is for people; leave out --json, or --watch");
    }
    return wanted && !Watch.possible()
        ? Optional.of("--watch needs a terminal to draw on; leave it out to see it once")
        : Optional.empty();
  }
}
