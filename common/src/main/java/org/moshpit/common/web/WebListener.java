package org.moshpit.common.web;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.moshpit.common.metrics.MetricSet;
import org.moshpit.common.netty.EventLoops;

/**
 * The listener. A request has 8 kB in 64 lines and ten seconds, its answer two or, if it is long,
 * up to ten; a kilobyte of a body is read. There are 32 connections at once, 24 from one source:
 * for one more the one is closed that has been asking, or taking an answer, for longest, and it
 * itself where all are being answered.
 */
public final class WebListener implements AutoCloseable {
  static final int MAX_CONNECTIONS = 32;

  /** A browser has six, a scraper one; what is left is for others. */
  static final int MAX_OF_ONE_SOURCE = 24;

  private static final int MAX_LINE = 1024;

  /**
   * A browser's own are less than 1 kB; but with a name, such as localhost, go the cookies of
   * whatever else is served under it at other ports, of up to 4 kB each (RFC 6265 §6.1).
   */
  private static final int MAX_HEADERS = 8192;

  /** What is read at once, and so may be parsed before reading stops. */
  private static final int READ = 4096;

  private static final HttpHeadersFactory FEW_HEADERS =
      new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
          return new FewHeaders();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
          return new FewHeaders();
        }
      };

  private final EventLoopGroup group = EventLoops.create("metrics", 1);

  /** Only on the group's one thread. */
  private final Places<SocketChannel> places =
      new Places<>(
          MAX_CONNECTIONS,
          MAX_OF_ONE_SOURCE,
          channel -> !channel.pipeline().get(RequestTurns.class).isBeingAnswered(),
          SocketChannel::close);

  private Channel listener;

  private WebListener() {}

  /**
   * What it tells of.
   *
   * @param loop the daemon's thread: metrics and health are asked there
   * @param metrics of the daemon
   * @param health of the daemon
   * @param token without which there are no metrics; empty: anybody who reaches it has them
   */
  public record Site(
      Executor loop, MetricSet metrics, Health health, Supplier<Optional<AccessToken>> token) {}

  /**
   * Binds and begins to answer. Blocks.
   *
   * @param addresses one or more, all of them bound
   * @throws IOException naming the address that cannot be had; then none is bound
   */
  public static WebListener open(List<InetSocketAddress> addresses, Site site) throws IOException {
    MetricsDoor door = new MetricsDoor(site.token());
    return serve(addresses, door, () -> new WebHandler(site));
  }

  /**
   * The same for another site.
   *
   * @param check sees each request's head first
   * @param handlers makes one for each connection, which is given what the check leaves, whole
   *     requests, one at a time, and writes one full response to each
   */
  public static WebListener serve(
      List<InetSocketAddress> addresses, HeadCheck check, Supplier<ChannelHandler> handlers)
      throws IOException {
    WebListener web = new WebListener();
    for (InetSocketAddress address : addresses) {
      try {
        web.bind(address, check, handlers);
      } catch (IOException e) {
        web.close();
        throw e;
      }
    }
    return web;
  }

  private void bind(InetSocketAddress address, HeadCheck check, Supplier<ChannelHandler> handlers)
      throws BindException {
    var bound =
        new ServerBootstrap()
            .group(group)
            .channel(
                EventLoops.epoll() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(READ).maxMessagesPerRead(1))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel, check, handlers.get());
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      BindException refused =
          new BindException(
              "TCP "
                  + address.getAddress().getHostAddress()
                  + ":"
                  + address.getPort()
                  + ": "
                  + bound.cause().getMessage());
      refused.initCause(bound.cause());
      throw refused;
    }
    if (listener == null) {
      listener = bound.channel();
    }
  }

  private void accept(SocketChannel channel, HeadCheck check, ChannelHandler handler) {
    InetSocketAddress from = channel.remoteAddress();
    if (from == null || !places.admit(channel, from.getAddress())) {
      channel.close();
      return;
    }
    channel.closeFuture().addListener(closed -> places.gone(channel));
    HttpDecoderConfig bounds =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setMaxChunkSize(RequestTurns.MAX_BODY)
            .setHeadersFactory(FEW_HEADERS)
            .setTrailersFactory(FEW_HEADERS);
    channel
        .pipeline()
        .addLast(new HttpServerCodec(bounds))
        .addLast(new RequestTurns(check, () -> places.moved(channel)))
        .addLast(new HttpObjectAggregator(RequestTurns.MAX_BODY, true))
        .addLast(handler);
  }

  /** The one thread that all connections are served on. */
  public ScheduledExecutorService thread() {
    return group.next();
  }

  /** The first address as bound. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Closes everything and waits. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
