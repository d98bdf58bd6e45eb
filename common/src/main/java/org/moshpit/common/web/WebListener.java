package org.moshpit.common.web;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.moshpit.common.metrics.MetricSet;
import org.moshpit.common.netty.EventLoops;

/**
 * The listener. A request has 8 kB and ten seconds, and there are 32 connections at once: for one
 * more the one is closed that has waited longest without having asked anything, and it itself where
 * all are being answered.
 */
public final class WebListener implements AutoCloseable {
  static final int MAX_CONNECTIONS = 32;
  private static final int MAX_LINE = 1024;
  private static final int MAX_HEADERS = 8192;
  private static final int MAX_BODY = 1024;

  /** From one turn of a connection to the next. */
  private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final EventLoopGroup group = EventLoops.create("metrics", 1);

  /** By when they came or were last answered; only on the group's one thread. */
  private final Set<SocketChannel> connections = new LinkedHashSet<>();

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
    return serve(addresses, () -> new WebHandler(site));
  }

  /**
   * The same for another site.
   *
   * @param handlers makes one for each connection, which is given whole requests, one at a time,
   *     and writes one full response to each
   */
  public static WebListener serve(
      List<InetSocketAddress> addresses, Supplier<ChannelHandler> handlers) throws IOException {
    WebListener web = new WebListener();
    for (InetSocketAddress address : addresses) {
      try {
        web.bind(address, handlers);
      } catch (IOException e) {
        web.close();
        throw e;
      }
    }
    return web;
  }

  private void bind(InetSocketAddress address, Supplier<ChannelHandler> handlers)
      throws BindException {
    var bound =
        new ServerBootstrap()
            .group(group)
            .channel(
                EventLoops.epoll() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel, handlers.get());
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

  private void accept(SocketChannel channel, ChannelHandler handler) {
    if (connections.size() >= MAX_CONNECTIONS && !makeRoom()) {
      channel.close();
      return;
    }
    connections.add(channel);
    channel.closeFuture().addListener(closed -> connections.remove(channel));
    channel
        .pipeline()
        .addLast(new HttpServerCodec(MAX_LINE, MAX_HEADERS, MAX_BODY))
        .addLast(new HttpObjectAggregator(MAX_BODY, true))
        .addLast(new RequestTurns(TURN_NANOS, () -> isLast(channel)))
        .addLast(handler);
  }

  private void isLast(SocketChannel channel) {
    if (connections.remove(channel)) {
      connections.add(channel);
    }
  }

  private boolean makeRoom() {
    for (SocketChannel channel : connections) {
      if (!channel.pipeline().get(RequestTurns.class).isBusy()) {
        connections.remove(channel);
        channel.close();
        return true;
      }
    }
    return false;
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
