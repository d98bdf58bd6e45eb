package org.moshpit.agent.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Scanner;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.ServiceUnit;
import org.moshpit.agent.config.UserError;

/** A command's end of the control socket. Blocks. */
public final class ControlClient {
  private ControlClient() {}

  /**
   * Asks the running daemon once.
   *
   * @param request such as {@code status}
   * @return its answer: one line of JSON
   * @throws UserError exit 1 if no daemon runs there, exit 2 if the path is too long or not ours
   */
  public static String ask(AgentPaths paths, String request) {
    return ask(paths, request, Map.of());
  }

  /** The same with more to say: members of the request, such as {@code session}. */
  public static String ask(AgentPaths paths, String request, Map<String, String> members) {
    Path socket = paths.socketToAsk();
    SocketPath.check(socket);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      JsonLine json = new JsonLine().object().member("request", request);
      members.forEach(json::member);
      String line = json.endObject() + "\n";
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      try (Scanner answer = new Scanner(Channels.newInputStream(channel), StandardCharsets.UTF_8)) {
        if (answer.hasNextLine()) {
          return answer.nextLine();
        }
      }
      throw new UserError(ExitCode.FAILURE, "the agent ended while it was asked; try again");
    } catch (IOException e) {
      if (Files.exists(socket) && !Files.isWritable(socket)) {
        throw new UserError(
            ExitCode.USAGE, "the control socket " + socket + " belongs to another user", e);
      }
      throw new UserError(
          ExitCode.FAILURE,
          "no agent runs here ("
              + socket
              + "); a laptop needs none, and sessions that agent connect opened from here are not"
              + " listed; on a box, "
              + ServiceUnit.howToStart(paths.enrolled()),
          e);
    }
  }
}
