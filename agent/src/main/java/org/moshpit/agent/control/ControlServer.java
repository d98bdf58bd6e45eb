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
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.config.UserError;

/**
 * The daemon's end of the control socket: one question for each connection, so that nobody can have
 * answers pile up here by not reading them. It lives on the agent's event loop: the host is called
 * there, so what it reads needs no lock.
 */
public final class ControlServer implements AutoCloseable {
  private static final int MAX_LINE = 4_096;
  private static final int MAX_CLIENTS = 32;
  private static final int SILENCE_SECONDS = 10;

  private final Path socket;
  private final ControlRequests requests;
  private Channel channel;
  private int clients;

  private ControlServer(Path socket, ControlHost host) {
    this.socket = socket;
    this.requests = new ControlRequests(host);
  }

  /**
   * Takes the socket's place, whatever a dead daemon left there: hold the {@link
   * org.moshpit.agent.config.StateLock} first. Call it from outside the loop; it waits for the
   * bind.
   *
   * @param host asked on the event loop
   * @throws UserError exit 2, if the path is too long or the socket cannot be made
   */
  public static ControlServer start(EventLoop loop, Path socket, ControlHost host) {
    return start(loop, socket, host, "rw-------");
  }

  /**
   * The same for every user of this machine, in a directory that root alone can write.
   *
   * @throws UserError exit 2 as above, or if the directory cannot be made or is somebody else's
   */
  public static ControlServer startForAll(EventLoop loop, Path socket, ControlHost host) {
    Path directory = socket.getParent();
    try {
      if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(directory);
      }
      boolean ours =
          Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
              && Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                  .equals((int) ThisUser.uid());
      if (!ours) {
        throw new IOException("not ours");
      }
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UserError(
          ExitCode.USAGE, "the directory " + directory + " cannot be had for a control socket", e);
    }
    return start(loop, socket, host, "rw-rw-rw-");
  }

  private static ControlServer start(
      EventLoop loop, Path socket, ControlHost host, String permissions) {
    SocketPath.check(socket);
    ControlServer server = new ControlServer(socket, host);
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
      // Until now the directory's mode kept others out, or the umask.
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(permissions));
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
    private boolean asked;

    RequestHandler(EpollDomainSocketChannel client) {
      this.client = client;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, String line) throws IOException {
      if (asked) {
        return;
      }
      ControlRequests.Viewer viewer = viewer(client.peerCredentials());
      String answer =
          viewer == null
              ? ControlRequests.error("this agent does not know who you are")
              : requests.answer(line, viewer);
      last(context, answer);
    }

    /** Of one that is not read the timeout disposes. */
    private void last(ChannelHandlerContext context, String answer) {
      asked = true;
      context.channel().config().setAutoRead(false);
      context.writeAndFlush(answer + "\n").addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (asked || cause instanceof ReadTimeoutException) {
        context.close();
      } else {
        last(context, ControlRequests.error("this is not a request"));
      }
    }
  }

  /** Who asks; null if that cannot be told. */
  private static ControlRequests.Viewer viewer(PeerCredentials credentials) throws IOException {
    long uid = credentials.uid() & 0xffffffffL;
    boolean own = uid == ThisUser.uid();
    if (uid == 0 || own) {
      return new ControlRequests.Viewer(own ? ThisUser.name() : "root", true);
    }
    // The JDK turns a uid into a name only for a file's owner. Should the process be gone and its
    // number another's, the uid read in the same breath shows it.
    Map<String, Object> process =
        Files.readAttributes(Path.of("/proc/" + credentials.pid()), "unix:uid,owner");
    long owner = ((Number) process.get("uid")).longValue() & 0xffffffffL;
    String name = process.get("owner").toString();
    // without an account the JDK gives the number, and somebody else may be called that
    boolean named = !name.equals(Long.toString(uid));
    return owner == uid && named ? new ControlRequests.Viewer(name, false) : null;
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
