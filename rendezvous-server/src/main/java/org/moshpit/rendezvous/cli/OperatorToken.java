package org.moshpit.rendezvous.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.moshpit.common.web.AccessToken;

/**
 * A token file of the operator's. It may belong to the owner of the state directory as well: that
 * is who the daemon runs as, while it is root who checks the settings.
 */
final class OperatorToken {
  private OperatorToken() {}

  /**
   * Reads it. Blocks.
   *
   * @param state the state directory, which need not exist yet
   * @throws IOException with a sentence for a person
   */
  static AccessToken read(Path file, Path state) throws IOException {
    return AccessToken.read(file, StateOptions.uid(), owner(state));
  }

  private static int owner(Path state) {
    try {
      return (Integer) Files.getAttribute(state, "unix:uid");
    } catch (IOException e) {
      return StateOptions.uid(); // whose it will be
    }
  }
}
