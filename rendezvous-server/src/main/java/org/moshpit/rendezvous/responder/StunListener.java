package org.moshpit.rendezvous.responder;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The sockets of the responder and of the relay: each bound once per event loop with SO_REUSEPORT,
 * so that the kernel spreads sources over the loops; read in batches (recvmmsg), answered in
 * batches (sendmmsg). Where there is no epoll, one loop reads them all.
 */
public final class StunListener implements AutoCloseable {
  /** Largest datagram taken in; a longer one is cut, and then is no STUN message any more. */
  static final int MAX_DATAGRAM = 1500;

  private static final int BATCH = 32;

  /** A loop that has not come to a task for so long is stuck. */
  static final int STUCK_SECONDS = 2;

  private final StunSockets sockets;
  private final List<Channel> channels;
  private final Map<EventLoop, AtomicLong> asked = new LinkedHashMap<>();

  private StunListener(StunSockets sockets, List<Channel> channels) {
    this.sockets = sockets;
    this.channels = channels;
    channels.forEach(channel -> asked.putIfAbsent(channel.eventLoop(), new AtomicLong()));
  }

  /**
   * Binds and begins to answer. Blocks until bound: not for a thread of the group.
   *
   * @param group its loops share the work
   * @param sockets what to bind
   * @param responders makes one responder per loop, given the sockets as bound
   * @param door takes the relay's datagrams
   * @param unixMillis the rendezvous' clock, that does not step, asked from the loops
   * @throws IOException if an address or port cannot be had; then none is bound
   */
  public static StunListener open(
      EventLoopGroup group,
      StunSockets sockets,
      Function<StunSockets, BindingResponder> responders,
      RelayDoor door,
      LongSupplier unixMillis)
      throws IOException {
    List<EventLoop> loops = loops(group);
    List<Channel> channels = new ArrayList<>();
    try {
      Channel[][] byLoop = new Channel[loops.size()][sockets.addresses().size()];
      List<TransportAddress> actual = new ArrayList<>();
      for (int socket = 0; socket < sockets.addresses().size(); socket++) {
        TransportAddress address = sockets.addresses().get(socket);
        for (int loop = 0; loop < loops.size(); loop++) {
          Channel channel = bind(loops.get(loop), address);
          channels.add(channel);
          byLoop[loop][socket] = channel;
          address = TransportAddress.of((InetSocketAddress) channel.localAddress());
        }
        actual.add(address);
      }
      StunSockets bound = sockets.bound(actual);
      for (Channel[] ofLoop : byLoop) {
        start(ofLoop, responders.apply(bound), door, unixMillis);
      }
      return new StunListener(bound, channels);
    } catch (IOException | RuntimeException e) {
      closeAll(channels);
      throw e;
    }
  }

  private static List<EventLoop> loops(EventLoopGroup group) {
    List<EventLoop> loops = new ArrayList<>();
    for (EventExecutor executor : group) {
      loops.add((EventLoop) executor);
    }
    return EventLoops.epoll() ? loops : loops.subList(0, 1);
  }

  private static Channel bind(EventLoop loop, TransportAddress address) throws BindException {
    SocketProtocolFamily family =
        address.isIpv6() ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    Bootstrap bootstrap = new Bootstrap().group(loop).handler(new ChannelInboundHandlerAdapter());
    // not read before its responder is there
    bootstrap.option(ChannelOption.AUTO_READ, false);
    if (EventLoops.epoll()) {
      bootstrap
          .channelFactory(() -> new EpollDatagramChannel(family))
          .option(UnixChannelOption.SO_REUSEPORT, true)
          .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MAX_DATAGRAM)
          .option(
              ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM * BATCH));
    } else {
      bootstrap
          .channelFactory(() -> new NioDatagramChannel(family))
          .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM));
    }
    var bound = bootstrap.bind(address.toSocketAddress()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      BindException refused =
          new BindException("UDP " + address + ": " + bound.cause().getMessage());
      refused.initCause(bound.cause());
      throw refused;
    }
    return bound.channel();
  }

  private static void start(
      Channel[] channels, BindingResponder responder, RelayDoor door, LongSupplier unixMillis) {
    for (int socket = 0; socket < channels.length; socket++) {
      channels[socket]
          .pipeline()
          .addLast(new RelayHandler(door, channels[socket], System::nanoTime))
          .addLast(new StunHandler(responder, channels, socket, unixMillis));
      channels[socket].config().setAutoRead(true);
    }
  }

  /** The sockets as bound: no port is 0. */
  public StunSockets sockets() {
    return sockets;
  }

  /**
   * Why not everything is answered, one line; empty: it is. Asks each loop to show that it runs, so
   * that one that is stuck is found by the next call, {@value #STUCK_SECONDS} s later or more. For
   * one thread.
   *
   * @param now monotonic nanoseconds
   */
  public Optional<String> problem(long now) {
    if (!channels.stream().allMatch(Channel::isOpen)) {
      return Optional.of("a STUN socket is gone");
    }
    for (Map.Entry<EventLoop, AtomicLong> loop : asked.entrySet()) {
      AtomicLong since = loop.getValue();
      if (since.get() == 0) {
        since.set(now == 0 ? 1 : now);
        loop.getKey().execute(() -> since.set(0));
      } else if (now - since.get() > TimeUnit.SECONDS.toNanos(STUCK_SECONDS)) {
        return Optional.of("a STUN loop does not answer");
      }
    }
    return Optional.empty();
  }

  /** Closes them all and waits; not for a thread of the group. */
  @Override
  public void close() {
    closeAll(channels);
  }

  private static void closeAll(List<Channel> channels) {
    for (Channel channel : channels) {
      channel.close().awaitUninterruptibly();
    }
  }
}
