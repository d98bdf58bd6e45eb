package org.moshpit.rendezvous.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Asks a running daemon. */
public final class ControlClient {
  private ControlClient() {}

  /**
   * The daemon's answer, one line of JSON; empty if no daemon runs on this state directory.
   *
   * @throws IOException with a sentence, if one runs but does not answer
   */
  public static Optional<String> ask(Path socket, ControlRequest request) throws IOException {
    ControlPath.check(socket);
    if (!Files.exists(socket)) {
      return Optional.empty();
    }
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(ByteBuffer.wrap((request.toJson() + "\n").getBytes(StandardCharsets.UTF_8)));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
      String line = in.readLine();
      if (line == null) {
        throw new IOException(
            "The running rendezvous-server did not answer; use it as root or as its own user.");
      }
      return Optional.of(line);
    } catch (ConnectException e) {
      return Optional.empty(); // left behind by a daemon that was killed
    } catch (SocketException e) {
      if (e.getMessage() != null && e.getMessage().contains("refused")) {
        return Optional.empty();
      }
      throw new IOException(
          "The running rendezvous-server cannot be reached on "
              + socket
              + "; use it as root or as its own user.",
          e);
    }
  }
}
