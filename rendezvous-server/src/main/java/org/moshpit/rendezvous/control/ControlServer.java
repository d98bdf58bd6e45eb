package org.moshpit.rendezvous.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.moshpit.rendezvous.core.CoreCommand;

/** Listens on the control socket. The caller holds the state directory's lock. */
public final class ControlServer implements AutoCloseable {
  private static final int MAX_LINE = 65_536;
  private static final int SECONDS = 10;

  private final Channel channel;

  private ControlServer(Channel channel) {
    this.channel = channel;
  }

  /**
   * Binds, in place of what a killed daemon left behind.
   *
   * @param loop runs the socket
   * @param own the user the daemon runs as
   * @param ask passes a request on and its one answer back
   * @throws IOException with a sentence, if the socket cannot be made
   */
  public static ControlServer open(
      EventLoop loop,
      Path socket,
      long own,
      ControlAnswer answers,
      BiConsumer<ControlRequest, Consumer<CoreCommand>> ask)
      throws IOException {
    ControlPath.check(socket);
    Files.deleteIfExists(socket);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerDomainSocketChannel.class)
            .childHandler(
                new ChannelInitializer<EpollDomainSocketChannel>() {
                  @Override
                  protected void initChannel(EpollDomainSocketChannel peer) throws IOException {
                    long uid = peer.peerCredentials().uid() & 0xffffffffL;
                    if (uid != 0 && uid != own) {
                      peer.close();
                      return;
                    }
                    peer.pipeline()
                        .addLast(new ReadTimeoutHandler(SECONDS))
                        .addLast(new LineBasedFrameDecoder(MAX_LINE))
                        .addLast(new StringDecoder(StandardCharsets.UTF_8))
                        .addLast(new StringEncoder(StandardCharsets.UTF_8))
                        .addLast(new Handler(answers, ask));
                  }
                });
    var bound = bootstrap.bind(new DomainSocketAddress(socket.toFile())).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "The control socket " + socket + " cannot be made: " + bound.cause().getMessage() + ".",
          bound.cause());
    }
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    return new ControlServer(bound.channel());
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  private static final class Handler extends SimpleChannelInboundHandler<String> {
    private final ControlAnswer answers;
    private final BiConsumer<ControlRequest, Consumer<CoreCommand>> ask;

    Handler(ControlAnswer answers, BiConsumer<ControlRequest, Consumer<CoreCommand>> ask) {
      this.answers = answers;
      this.ask = ask;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, String line) {
      try {
        ask.accept(ControlRequest.parse(line), answer -> reply(ctx, answers.of(answer)));
      } catch (IOException e) {
        reply(ctx, ControlAnswer.error("The request was not understood."));
      }
    }

    private static void reply(ChannelHandlerContext ctx, String line) {
      ctx.writeAndFlush(line + "\n").addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
