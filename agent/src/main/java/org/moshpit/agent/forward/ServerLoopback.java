package org.moshpit.agent.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.util.function.Consumer;

/**
 * The box's end of loopback: a socket connected to mosh-server, so that nobody else's datagrams
 * arrive on it and a mosh-server that is gone shows as an error. Every method, and the callbacks,
 * on the event loop.
 */
public final class ServerLoopback {
  private final Consumer<byte[]> received;
  private final Runnable gone;
  private Channel channel;
  private long receivedCount;
  private long receivedBytes;
  private long sentCount;
  private long sentBytes;
  private long dropped;

  private ServerLoopback(Consumer<byte[]> received, Runnable gone) {
    this.received = received;
    this.gone = gone;
  }

  /**
   * Opens one to mosh-server on 127.0.0.1.
   *
   * @param port mosh-server's, 1–65535
   * @param received takes each datagram of mosh-server; the array is the callee's
   * @param gone called for each datagram that nobody takes at that port
   */
  public static Future<ServerLoopback> open(
      EventLoop loop, int port, Consumer<byte[]> received, Runnable gone) {
    ServerLoopback loopback = new ServerLoopback(received, gone);
    Promise<ServerLoopback> opened = loop.newPromise();
    ChannelFuture connected =
        LoopbackChannels.bootstrap(loop, loopback.new Handler())
            .connect(LoopbackChannels.address(port), LoopbackChannels.address(0));
    connected.addListener(
        done -> {
          if (done.isSuccess()) {
            loopback.channel = connected.channel();
            opened.setSuccess(loopback);
          } else {
            opened.setFailure(done.cause());
          }
        });
    return opened;
  }

  /** Sends one datagram to mosh-server. */
  public void send(byte[] datagram) {
    if (datagram.length > LoopbackChannels.MAX_PAYLOAD || !channel.isWritable()) {
      dropped++;
      return;
    }
    sentCount++;
    sentBytes += datagram.length;
    channel.writeAndFlush(Unpooled.wrappedBuffer(datagram), channel.voidPromise());
  }

  /** What has passed so far; foreign is 0, the kernel keeps others out. */
  public DatagramCounters counters() {
    return new DatagramCounters(receivedCount, receivedBytes, sentCount, sentBytes, dropped, 0);
  }

  /** The IP traffic class its datagrams carry; the lowest two bits are ECN. */
  int trafficClass() {
    return channel.config().getOption(ChannelOption.IP_TOS);
  }

  /** Closes the socket; nothing is received afterwards. */
  public void close() {
    channel.close();
  }

  private final class Handler extends SimpleChannelInboundHandler<DatagramPacket> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      ByteBuf content = packet.content();
      if (content.readableBytes() > LoopbackChannels.MAX_PAYLOAD) {
        dropped++;
        return;
      }
      byte[] datagram = ByteBufUtil.getBytes(content);
      receivedCount++;
      receivedBytes += datagram.length;
      received.accept(datagram);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      dropped++;
      if (isUnreachable(cause)) {
        gone.run();
      }
    }
  }

  /** Reading tells by type; the native transport's writing only by the system's error. */
  private static boolean isUnreachable(Throwable cause) {
    return cause instanceof PortUnreachableException
        || cause instanceof ConnectException
        || String.valueOf(cause.getMessage()).contains("Connection refused");
  }
}
