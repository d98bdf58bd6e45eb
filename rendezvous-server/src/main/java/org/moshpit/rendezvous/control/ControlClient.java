package org.moshpit.rendezvous.control;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import org.moshpit.common.process.LineExchange;

/** Asks a running daemon. Blocks, for five seconds at most. */
public final class ControlClient {
  /** Of a list of some ten thousand agents. */
  static final int MAX_ANSWER = 8 << 20;

  private ControlClient() {}

  /**
   * The daemon's answer, one line of JSON; empty if no daemon runs on this state directory. It is
   * the word of the directory's owner, whoever asks: nothing to be shown as it is.
   *
   * @throws IOException with a sentence, if one runs but does not answer, or what answers is no
   *     process of the directory's owner: no daemon runs on another user's directory, root's
   *     neither, and the owner can have the name lead to any socket that root may connect to
   */
  public static Optional<String> ask(Path socket, ControlRequest request) throws IOException {
    ControlPath.check(socket);
    if (!Files.exists(socket)) {
      return Optional.empty();
    }
    Set<UserPrincipal> trusted = Set.of(Files.getOwner(socket.getParent()));
    try {
      return Optional.of(LineExchange.ask(socket, trusted, request.toJson(), MAX_ANSWER));
    } catch (LineExchange.NobodyException e) {
      if (e.getCause() instanceof ConnectException
          || e.getMessage() != null && e.getMessage().contains("refused")
          || !Files.exists(socket)) {
        return Optional.empty(); // left behind by a daemon that was killed
      }
      throw new IOException(
          "The running rendezvous-server cannot be reached on "
              + socket
              + "; use it as root or as its own user.",
          e);
    } catch (LineExchange.StrangerException e) {
      throw new IOException(
          socket
              + " is answered by a process of "
              + e.user()
              + ", who is not the owner of the state directory.",
          e);
    } catch (LineExchange.LateException e) {
      throw new IOException(
          "The running rendezvous-server has not answered for "
              + LineExchange.PATIENCE_SECONDS
              + " s; try again.",
          e);
    } catch (IOException e) {
      throw new IOException(
          "The running rendezvous-server did not answer; use it as root or as its own user.", e);
    }
  }
}
