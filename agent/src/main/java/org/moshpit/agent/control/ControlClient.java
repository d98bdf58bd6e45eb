package org.moshpit.agent.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.ServiceUnit;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.process.LineExchange;

/** A command's end of the control socket. Blocks, for some seconds at most. */
final class ControlClient {
  /** Some kilobytes for each of some thousand sessions. */
  private static final int MAX_ANSWER = 4 << 20;

  private ControlClient() {}

  /** That there is no daemon. */
  static UserError nobody(Path socket, AgentPaths paths) {
    return nobody(socket, paths, "");
  }

  /**
   * The same.
   *
   * @param more what else is to be said of that; a clause with its semicolon, or empty
   */
  static UserError nobody(Path socket, AgentPaths paths, String more) {
    return new UserError(
        ExitCode.FAILURE,
        "no agent runs here ("
            + socket
            + "); a laptop needs none, and sessions that agent connect opened from here are not"
            + " listed; on a box, "
            + ServiceUnit.howToStart(paths.enrolled())
            + more);
  }

  /**
   * Asks whoever listens at a socket.
   *
   * @param trusted whom it must run as, by the kernel's word, or it is told nothing; empty: anybody
   * @return its answer; empty: nobody listens there
   * @throws UserError if there is no answer, or it is not to be asked
   */
  static Optional<String> ask(
      Path socket, Set<UserPrincipal> trusted, String request, Map<String, String> members) {
    SocketPath.check(socket);
    JsonLine json = new JsonLine().object().member("request", request);
    members.forEach(json::member);
    try {
      return Optional.of(
          LineExchange.ask(socket, trusted, json.endObject().toString(), MAX_ANSWER));
    } catch (LineExchange.NobodyException e) {
      if (Files.exists(socket) && !Files.isWritable(socket)) {
        throw new UserError(
            ExitCode.USAGE, "the control socket " + socket + " belongs to another user", e);
      }
      return Optional.empty();
    } catch (LineExchange.StrangerException e) {
      throw new UserError(
          ExitCode.FAILURE,
          PlainText.marked(
              socket
                  + " is answered by a process of "
                  + e.user()
                  + ", who is not trusted with it"));
    } catch (LineExchange.LateException e) {
      throw new UserError(
          ExitCode.FAILURE,
          socket + " has not answered for " + LineExchange.PATIENCE_SECONDS + " s; try again",
          e);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILURE,
          "the agent did not answer: it ended just now, or others ask too much of it; try again",
          e);
    }
  }
}
