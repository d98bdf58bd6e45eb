package org.moshpit.agent.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.function.Supplier;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.config.UserError;

/**
 * The daemon's end of the control socket. It lives on the agent's event loop: the supplier is
 * called there, so what it reads needs no lock.
 */
public final class ControlServer implements AutoCloseable {
  private static final int MAX_LINE = 65_536;
  private static final int MAX_CLIENTS = 32;
  private static final int SILENCE_SECONDS = 10;

  private final Path socket;
  private final ControlRequests requests;
  private Channel channel;
  private int clients;

  private ControlServer(Path socket, Supplier<AgentStatus> status) {
    this.socket = socket;
    this.requests = new ControlRequests(status);
  }

  /**
   * Takes the socket's place, whatever a dead daemon left there: hold the {@link
   * org.moshpit.agent.config.StateLock} first. Call it from outside the loop; it waits for the
   * bind.
   *
   * @param status read on the event loop at each request
   * @throws UserError exit 2, if the path is too long or the socket cannot be made
   */
  public static ControlServer start(EventLoop loop, Path socket, Supplier<AgentStatus> status) {
    SocketPath.check(socket);
    ControlServer server = new ControlServer(socket, status);
    try {
      Files.deleteIfExists(socket);
      ChannelFuture bound =
          new ServerBootstrap()
              .group(loop)
              .channel(EpollServerDomainSocketChannel.class)
              .childHandler(
                  new ChannelInitializer<EpollDomainSocketChannel>() {
                    @Override
                    protected void initChannel(EpollDomainSocketChannel client) {
                      server.accept(client);
                    }
                  })
              .bind(new DomainSocketAddress(socket.toString()))
              .awaitUninterruptibly();
      if (!bound.isSuccess()) {
        throw new IOException(bound.cause());
      }
      server.channel = bound.channel();
      // Until now the directory's mode kept others out.
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      return server;
    } catch (IOException e) {
      server.close();
      throw new UserError(
          ExitCode.USAGE,
          "the control socket " + socket + " cannot be made; check its directory",
          e);
    }
  }

  private void accept(EpollDomainSocketChannel client) {
    if (clients >= MAX_CLIENTS) {
      client.close();
      return;
    }
    clients++;
    client.closeFuture().addListener(closed -> clients--);
    client
        .pipeline()
        .addLast(
            new ReadTimeoutHandler(SILENCE_SECONDS),
            new LineBasedFrameDecoder(MAX_LINE),
            new StringDecoder(StandardCharsets.UTF_8),
            new StringEncoder(StandardCharsets.UTF_8),
            new RequestHandler(client));
  }

  private final class RequestHandler extends SimpleChannelInboundHandler<String> {
    private final EpollDomainSocketChannel client;

    RequestHandler(EpollDomainSocketChannel client) {
      this.client = client;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, String line) throws IOException {
      Viewer viewer = Viewer.of(client.peerCredentials());
      String answer =
          viewer == null
              ? ControlRequests.error("this agent does not know who you are")
              : requests.answer(line, viewer.user());
      context.writeAndFlush(answer + "\n");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context
          .writeAndFlush(ControlRequests.error("this is not a request") + "\n")
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  /**
   * Who asks.
   *
   * @param user whose sessions they see; null: all
   */
  private record Viewer(String user) {
    static Viewer of(PeerCredentials credentials) throws IOException {
      long uid = credentials.uid() & 0xffffffffL;
      if (uid == 0 || uid == ThisUser.uid()) {
        return new Viewer(null);
      }
      // The JDK turns a uid into a name only for a file's owner. Should the process be gone and its
      // number another's, the uid read in the same breath shows it.
      Map<String, Object> process =
          Files.readAttributes(Path.of("/proc/" + credentials.pid()), "unix:uid,owner");
      long owner = ((Number) process.get("uid")).longValue() & 0xffffffffL;
      return owner == uid ? new Viewer(process.get("owner").toString()) : null;
    }
  }

  /** Stops listening and removes the socket; from any thread. */
  @Override
  public void close() {
    if (channel != null) {
      channel.close();
    }
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      // The next daemon takes its place over.
      return;
    }
  }
}
