package org.moshpit.agent.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * The laptop's end of loopback: mosh-client sends to it and hears from it.
 *
 * <p>mosh-client hops to a new source port when it hears nothing for a while, so answers go to the
 * newest one. A source port that is not the newest is asked after first: anybody on the laptop can
 * send to loopback, and what they send must not draw the answers to them. Its datagrams wait for
 * the answer, a few of them. mosh-client sends from 127.0.0.1; any other address of 127/8, which
 * anybody may bind with any port, even ours, is not even asked after.
 *
 * <p>Every method, and the callback, on the event loop.
 */
public final class ClientLoopback {
  private static final int MAX_SOURCES = 8;
  private static final int MAX_WAITING = 4;
  private static final long REFUSED_NANOS = 1_000_000_000L;

  /** A source port that is being asked after, or was refused just now. */
  private static final class Source {
    final Queue<byte[]> waiting = new ArrayDeque<>();
    boolean refused;
    long refusedAt;
  }

  private final EventLoop loop;
  private final Executor blocking;
  private final IntPredicate ours;
  private final Consumer<byte[]> received;
  private final Map<Integer, Source> sources = new LinkedHashMap<>();
  private Channel channel;
  private InetSocketAddress client;
  private long receivedCount;
  private long receivedBytes;
  private long sentCount;
  private long sentBytes;
  private long dropped;
  private long foreign;

  private ClientLoopback(
      EventLoop loop, Executor blocking, IntPredicate ours, Consumer<byte[]> received) {
    this.loop = loop;
    this.blocking = blocking;
    this.ours = ours;
    this.received = received;
  }

  /**
   * Opens one on 127.0.0.1, on a port of the system's choice.
   *
   * @param blocking where a source port is looked up
   * @param ours whether a source port is this user's, as {@link UdpTable#ownedBy} tells
   * @param received takes each datagram of mosh-client; the array is the callee's
   */
  public static Future<ClientLoopback> open(
      EventLoop loop, Executor blocking, IntPredicate ours, Consumer<byte[]> received) {
    ClientLoopback loopback = new ClientLoopback(loop, blocking, ours, received);
    Promise<ClientLoopback> opened = loop.newPromise();
    ChannelFuture bound =
        LoopbackChannels.bootstrap(loop, loopback.new Handler()).bind(LoopbackChannels.address(0));
    bound.addListener(
        done -> {
          if (done.isSuccess()) {
            loopback.channel = bound.channel();
            opened.setSuccess(loopback);
          } else {
            opened.setFailure(done.cause());
          }
        });
    return opened;
  }

  /** The port mosh-client is to send to. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Sends one datagram to mosh-client; dropped and counted while it has not yet said anything. */
  public void send(byte[] datagram) {
    if (client == null || datagram.length > LoopbackChannels.MAX_PAYLOAD || !channel.isWritable()) {
      dropped++;
      return;
    }
    sentCount++;
    sentBytes += datagram.length;
    channel.writeAndFlush(
        new DatagramPacket(Unpooled.wrappedBuffer(datagram), client), channel.voidPromise());
  }

  /** What has passed so far. */
  public DatagramCounters counters() {
    return new DatagramCounters(
        receivedCount, receivedBytes, sentCount, sentBytes, dropped, foreign);
  }

  /** Closes the socket; nothing is received afterwards. */
  public void close() {
    sources.clear();
    channel.close();
  }

  private void deliver(byte[] datagram) {
    receivedCount++;
    receivedBytes += datagram.length;
    received.accept(datagram);
  }

  private void askAfter(InetSocketAddress sender, byte[] datagram) {
    Source source = sources.get(sender.getPort());
    if (source != null && source.refused && System.nanoTime() - source.refusedAt > REFUSED_NANOS) {
      sources.remove(sender.getPort());
      source = null;
    }
    if (source != null) {
      if (source.refused) {
        foreign++;
      } else if (source.waiting.size() >= MAX_WAITING) {
        dropped++;
      } else {
        source.waiting.add(datagram);
      }
      return;
    }
    if (sources.size() >= MAX_SOURCES && !forgetRefused()) {
      dropped++;
      return;
    }
    Source fresh = new Source();
    fresh.waiting.add(datagram);
    sources.put(sender.getPort(), fresh);
    try {
      blocking.execute(
          () -> {
            boolean accepted = ours.test(sender.getPort());
            if (!loop.isShuttingDown()) {
              loop.execute(() -> answered(sender, fresh, accepted));
            }
          });
    } catch (RejectedExecutionException e) {
      sources.remove(sender.getPort());
      dropped++;
    }
  }

  private boolean mayBeClient(InetSocketAddress sender) {
    return sender.getAddress().equals(LoopbackChannels.address(0).getAddress())
        && sender.getPort() != port();
  }

  private boolean forgetRefused() {
    return sources.values().removeIf(source -> source.refused);
  }

  private void answered(InetSocketAddress sender, Source source, boolean accepted) {
    if (sources.get(sender.getPort()) != source) {
      return;
    }
    if (!accepted) {
      foreign += source.waiting.size();
      source.waiting.clear();
      source.refused = true;
      source.refusedAt = System.nanoTime();
      return;
    }
    sources.remove(sender.getPort());
    client = sender;
    source.waiting.forEach(this::deliver);
  }

  private final class Handler extends SimpleChannelInboundHandler<DatagramPacket> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      ByteBuf content = packet.content();
      if (content.readableBytes() > LoopbackChannels.MAX_PAYLOAD) {
        dropped++;
        return;
      }
      if (!mayBeClient(packet.sender())) {
        foreign++;
        return;
      }
      byte[] datagram = ByteBufUtil.getBytes(content);
      if (packet.sender().equals(client)) {
        deliver(datagram);
      } else {
        askAfter(packet.sender(), datagram);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // mosh-client has closed a socket it hopped away from, or has ended; its runner knows better
      dropped++;
    }
  }
}
