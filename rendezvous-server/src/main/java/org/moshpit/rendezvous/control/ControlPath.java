package org.moshpit.rendezvous.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where the control socket is. */
public final class ControlPath {
  /** What Linux takes for a socket's path, in bytes, without its end. */
  private static final int MAX_BYTES = 107;

  private ControlPath() {}

  /** The control socket of a state directory. */
  public static Path of(Path state) {
    return state.resolve("control.sock").toAbsolutePath();
  }

  static void check(Path socket) throws IOException {
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new IOException(
          "The path of the control socket "
              + socket
              + " is longer than 107 bytes; choose a shorter one with --state.");
    }
  }
}
