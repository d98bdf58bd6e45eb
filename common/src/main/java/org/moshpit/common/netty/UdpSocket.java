package org.moshpit.common.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

/**
 * One bound UDP socket of one address family. All methods but {@link #open} are for its event loop.
 *
 * <p>A datagram with a time to live of its own is sent within one turn of the loop: what is pending
 * is flushed, the option set, the datagram sent, the option restored. Where the platform cannot set
 * the time to live (anything but epoll), or the kernel's buffer is full, such a datagram is dropped
 * rather than sent with the normal one: an opener that reaches the peer's NAT does harm.
 */
public final class UdpSocket {
  /** Largest datagram taken in; mosh's largest is 1252 bytes, a STUN message of ours under 600. */
  public static final int MAX_DATAGRAM = 2048;

  // linux/in.h and linux/in6.h
  private static final int IPPROTO_IP = 0;
  private static final int IP_TTL = 2;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_UNICAST_HOPS = 16;
  private static final IntegerUnixChannelOption TTL =
      new IntegerUnixChannelOption("IP_TTL", IPPROTO_IP, IP_TTL);
  private static final IntegerUnixChannelOption HOPS =
      new IntegerUnixChannelOption("IPV6_UNICAST_HOPS", IPPROTO_IPV6, IPV6_UNICAST_HOPS);

  /** Takes what arrives, on the event loop. */
  @FunctionalInterface
  public interface Receiver {
    /** One datagram; the array belongs to the receiver. */
    void received(UdpSocket socket, TransportAddress from, byte[] payload);
  }

  private final SocketId id;
  private final Channel channel;
  private final TransportAddress local;
  private Receiver receiver = (socket, from, payload) -> {};
  private long sendFailures;

  private UdpSocket(SocketId id, Channel channel) {
    this.id = id;
    this.channel = channel;
    this.local = TransportAddress.of((InetSocketAddress) channel.localAddress());
  }

  /**
   * Binds a socket. From any thread.
   *
   * @param loop the event loop it lives on
   * @param id its name towards machines
   * @param bind the local address; port 0 for any
   * @return completes on the event loop, exceptionally with {@link java.net.BindException} when the
   *     address or port cannot be had
   */
  public static CompletableFuture<UdpSocket> open(
      EventLoop loop, SocketId id, TransportAddress bind) {
    SocketProtocolFamily family =
        bind.isIpv6() ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    ChannelFactory<DatagramChannel> factory =
        EventLoops.epoll()
            ? () -> new EpollDatagramChannel(family)
            : () -> new NioDatagramChannel(family);
    CompletableFuture<UdpSocket> opened = new CompletableFuture<>();
    Inbound inbound = new Inbound();
    ChannelFuture bound =
        new Bootstrap()
            .group(loop)
            .channelFactory(factory)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM))
            .handler(inbound)
            .bind(bind.toSocketAddress());
    bound.addListener(
        done -> {
          if (done.isSuccess()) {
            UdpSocket socket = new UdpSocket(id, bound.channel());
            inbound.socket = socket;
            opened.complete(socket);
          } else {
            // epoll reports an errno, NIO a BindException: one type for callers
            BindException refused = new BindException(bind + ": " + done.cause().getMessage());
            refused.initCause(done.cause());
            opened.completeExceptionally(refused);
          }
        });
    return opened;
  }

  /** This socket's name towards machines. */
  public SocketId id() {
    return id;
  }

  /** The address it is bound to, its port never 0. */
  public TransportAddress local() {
    return local;
  }

  /** Sends that the kernel refused, so far. */
  public long sendFailures() {
    return sendFailures;
  }

  /** Who takes what arrives from now on. */
  public void receiver(Receiver receiver) {
    this.receiver = receiver;
  }

  /** Writes a datagram; {@link #flush} sends it. One with a time to live is sent at once. */
  public void send(Transmit transmit) {
    if (!channel.isActive()) {
      return;
    }
    DatagramPacket packet =
        new DatagramPacket(
            Unpooled.wrappedBuffer(transmit.payload()), transmit.destination().toSocketAddress());
    if (transmit.ttl() == 0) {
      channel.write(packet, channel.voidPromise());
      return;
    }
    sendWithTtl(packet, transmit.ttl());
  }

  private void sendWithTtl(DatagramPacket packet, int ttl) {
    channel.flush();
    if (!(channel instanceof EpollDatagramChannel)
        || channel.unsafe().outboundBuffer().size() > 0) {
      packet.release();
      return;
    }
    IntegerUnixChannelOption option = local.isIpv6() ? HOPS : TTL;
    int normal = channel.config().getOption(option);
    channel.config().setOption(option, ttl);
    channel.writeAndFlush(packet, channel.voidPromise());
    channel.config().setOption(option, normal);
  }

  /** Sends what was written. */
  public void flush() {
    channel.flush();
  }

  /** Closes it; completes when the port is free again. */
  public CompletableFuture<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    channel.close().addListener(done -> closed.complete(null));
    return closed;
  }

  @Override
  public String toString() {
    return id + " " + local;
  }

  private static final class Inbound extends SimpleChannelInboundHandler<DatagramPacket> {
    private UdpSocket socket;

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
      if (socket != null) {
        socket.receiver.received(
            socket, TransportAddress.of(packet.sender()), ByteBufUtil.getBytes(packet.content()));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // A refused send (no route, no permission) is the network's answer, not this socket's end.
      if (socket != null) {
        socket.sendFailures++;
      }
    }
  }
}
