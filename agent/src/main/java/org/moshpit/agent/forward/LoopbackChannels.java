package org.moshpit.agent.forward;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.InetSocketAddress;
import org.moshpit.common.sansio.TransportAddress;

/** The one way both loopback sockets are set up. */
final class LoopbackChannels {
  /** The largest datagram passed on, in bytes; mosh's own are at most 1252. */
  static final int MAX_PAYLOAD = 1500;

  /** One more than the largest, so that a longer datagram shows as one. */
  private static final int RECEIVE_BUFFER = MAX_PAYLOAD + 1;

  private LoopbackChannels() {}

  /** 127.0.0.1, whatever the JDK prefers to call loopback. */
  static InetSocketAddress address(int port) {
    return new TransportAddress(TransportAddress.parseIp("127.0.0.1"), port).toSocketAddress();
  }

  static Bootstrap bootstrap(EventLoop loop, ChannelHandler handler) {
    boolean epoll = loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
    Class<? extends DatagramChannel> type =
        epoll ? EpollDatagramChannel.class : NioDatagramChannel.class;
    return new Bootstrap()
        .group(loop)
        .channel(type)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVE_BUFFER))
        .handler(handler);
  }
}
