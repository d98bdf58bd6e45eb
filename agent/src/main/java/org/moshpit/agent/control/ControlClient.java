package org.moshpit.agent.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.ServiceUnit;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.identity.PlainText;

/** A command's end of the control socket. Blocks, for some seconds at most. */
final class ControlClient {
  private static final long PATIENCE_SECONDS = 5;

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
    AtomicBoolean late = new AtomicBoolean();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      Thread limit = limit(channel, late);
      try {
        if (!connected(channel, socket)) {
          return Optional.empty();
        }
        check(channel, socket, trusted);
        return Optional.of(answer(channel, request, members));
      } finally {
        limit.interrupt();
      }
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILURE,
          late.get()
              ? socket + " has not answered for " + PATIENCE_SECONDS + " s; try again"
              : "the agent did not answer: it ended just now, or others ask too much of it; try again",
          e);
    }
  }

  private static boolean connected(SocketChannel channel, Path socket) throws IOException {
    try {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (ClosedChannelException e) {
      throw e; // by the limit
    } catch (IOException e) {
      if (Files.exists(socket) && !Files.isWritable(socket)) {
        throw new UserError(
            ExitCode.USAGE, "the control socket " + socket + " belongs to another user", e);
      }
      return false;
    }
  }

  private static void check(SocketChannel channel, Path socket, Set<UserPrincipal> trusted)
      throws IOException {
    UserPrincipal peer = PeerUser.behind(channel);
    if (!trusted.isEmpty() && !trusted.contains(peer)) {
      throw new UserError(
          ExitCode.FAILURE,
          PlainText.marked(
              socket
                  + " is answered by a process of "
                  + peer.getName()
                  + ", who is not trusted with it"));
    }
  }

  private static String answer(SocketChannel channel, String request, Map<String, String> members)
      throws IOException {
    JsonLine json = new JsonLine().object().member("request", request);
    members.forEach(json::member);
    String line = json.endObject() + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    String answer =
        new BufferedReader(
                new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))
            .readLine();
    if (answer == null) {
      throw new IOException("no answer");
    }
    return answer;
  }

  /** A blocking channel has no timeout but to be closed. */
  private static Thread limit(SocketChannel channel, AtomicBoolean late) {
    Thread limit =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
                late.set(true);
                channel.close();
              } catch (InterruptedException | IOException e) {
                return; // it was in time, or is closed
              }
            },
            "patience");
    limit.setDaemon(true);
    limit.start();
    return limit;
  }
}
