package org.moshpit.rendezvous.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.moshpit.common.process.KernelUser;
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
    return read(file, state, KernelUser.uid());
  }

  /** The same as somebody else would. */
  static AccessToken read(Path file, Path state, long uid) throws IOException {
    return AccessToken.read(file, uid, owner(state).orElse(uid));
  }

  /** Empty without a directory: it will be of whoever runs. */
  private static Optional<Long> owner(Path state) {
    try {
      return Optional.of(((Integer) Files.getAttribute(state, "unix:uid")) & 0xffffffffL);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
