package org.moshpit.agent.control;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;

/** The kernel's limit on a Unix socket's path. */
final class SocketPath {
  /** Bytes, without the terminating zero (sun_path of unix(7)). */
  static final int MAX_BYTES = 107;

  private SocketPath() {}

  static void check(Path socket) {
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_BYTES) {
      throw new UserError(
          ExitCode.USAGE,
          "the control socket's path "
              + socket
              + " is too long ("
              + length
              + " bytes, at most "
              + MAX_BYTES
              + "); name a shorter directory with --state-dir");
    }
  }
}
