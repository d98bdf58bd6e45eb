package org.moshpit.rendezvous.io;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.Link;

/** Accepts links: TLS with a time limit, caps per source, an end to silence. */
final class LinkListener {
  private static final int HANDSHAKE_SECONDS = 10;
  private static final int BACKLOG = 1024;
  private static final int LOW_WATER = 16 << 10;
  private static final int HIGH_WATER = 32 << 10;

  private final EventLoop loop;
  private final PresentedTls tls;
  private final CoreDriver driver;
  private final SourceCap cap;
  private final Strangers strangers;
  private final ChannelGroup links;
  private final Meter meter;

  LinkListener(
      EventLoop loop,
      PresentedTls tls,
      CoreDriver driver,
      SourceCap cap,
      Strangers strangers,
      ChannelGroup links,
      Meter meter) {
    this.loop = loop;
    this.tls = tls;
    this.driver = driver;
    this.cap = cap;
    this.strangers = strangers;
    this.links = links;
    this.meter = meter;
  }

  /** Binds one address; port 0 for a free one. Blocks: not on the loop. */
  Channel bind(TransportAddress address) throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel);
                  }
                });
    if (EventLoops.epoll()) {
      bootstrap
          .channel(EpollServerSocketChannel.class)
          // What is not sent yet should wait in our ring, where the oldest is dropped.
          .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) LOW_WATER);
    } else {
      bootstrap.channel(NioServerSocketChannel.class);
    }
    var bound = bootstrap.bind(address.toSocketAddress()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      BindException refused =
          new BindException("TCP " + address + ": " + bound.cause().getMessage());
      refused.initCause(bound.cause());
      throw refused;
    }
    return bound.channel();
  }

  private void accept(SocketChannel channel) {
    InetAddress source =
        channel.remoteAddress() == null ? null : channel.remoteAddress().getAddress();
    if (source == null || !cap.enter(source)) {
      channel.close();
      meter.rejected(Meter.Rejection.SOURCE);
      return;
    }
    strangers.enter(channel, source);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              cap.leave(source);
              strangers.leave(channel);
            });
    links.add(channel);
    SslHandler ssl = tls.handler(channel);
    ssl.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
    channel
        .pipeline()
        .addLast(ssl)
        .addLast(new IdleStateHandler(Link.DEAD_MILLIS, 0, 0, TimeUnit.MILLISECONDS))
        .addLast(FrameCodec.forStranger())
        .addLast(new LinkHandler(driver, tls.pin(), () -> strangers.leave(channel)));
  }
}
