package org.moshpit.agent.link;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;

/**
 * Drives a {@link RaceMachine} with real names, sockets and TLS; used once. The TCP connections are
 * made while the TLS context may still be in the making. All calls on the event loop.
 */
final class Dialler {
  private static final long LIMIT_MILLIS = 15_000;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int USER_TIMEOUT_MILLIS = 45_000;
  private static final int UNSENT_LOW_BYTES = 16_384;

  /** What comes of it; exactly one of the two is called, on the event loop. */
  interface Outcome {
    /**
     * A connection with the right key at its other end.
     *
     * @param connectNanos how long its TCP handshake took
     */
    void secured(Channel channel, SpkiPin presented, long connectNanos);

    void lost(LinkFailure failure);
  }

  private record Attempt(Channel channel, long startedAt, long[] connectNanos, SpkiPin[] pin) {}

  private final EventLoop loop;
  private final Rendezvous rendezvous;
  private final CompletableFuture<SslContext> tls;
  private final ChannelHandler placeholder = new Idle();
  private final Outcome outcome;
  private final RaceMachine race = new RaceMachine();
  private final Map<Integer, Attempt> attempts = new HashMap<>();
  private final DialFailures failures;
  private int unresolved;
  private ScheduledFuture<?> timer;
  private ScheduledFuture<?> limit;
  private boolean over;

  /** Takes nothing up before {@link #start}. */
  Dialler(
      EventLoop loop, Rendezvous rendezvous, CompletableFuture<SslContext> tls, Outcome outcome) {
    this.loop = loop;
    this.rendezvous = rendezvous;
    this.tls = tls;
    this.outcome = outcome;
    this.failures = new DialFailures(rendezvous);
  }

  /** Keeps a channel's place until its TLS is done; what fails, the handshake's future tells. */
  @ChannelHandler.Sharable
  private static final class Idle extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  void start() {
    List<HostPort> names = new ArrayList<>();
    List<TransportAddress> literals = new ArrayList<>();
    for (HostPort address : rendezvous.addresses()) {
      if (address.isIp()) {
        literals.add(
            new TransportAddress(TransportAddress.parseIp(address.host()), address.port()));
      } else {
        names.add(address);
      }
    }
    unresolved = names.size();
    limit =
        loop.schedule(
            () -> {
              failures.noAnswer();
              feed(new RaceMachine.Expired());
            },
            LIMIT_MILLIS,
            TimeUnit.MILLISECONDS);
    names.forEach(this::resolve);
    if (!literals.isEmpty()) {
      feed(new RaceMachine.Resolved(literals));
    }
    if (unresolved == 0) {
      feed(new RaceMachine.NoMoreAddresses());
    }
  }

  /** Ends it without an outcome. */
  void cancel() {
    if (!over) {
      end();
      attempts.values().forEach(attempt -> attempt.channel().close());
      attempts.clear();
    }
  }

  /** A name service may be silent for many seconds: each name on a thread of its own. */
  private void resolve(HostPort name) {
    Thread thread =
        new Thread(
            () -> {
              List<TransportAddress> found = new ArrayList<>();
              try {
                for (InetAddress ip : InetAddress.getAllByName(name.host())) {
                  found.add(TransportAddress.of(ip.getAddress(), name.port()));
                }
              } catch (UnknownHostException e) {
                found.clear();
              }
              loop.execute(() -> resolved(name, found));
            },
            "resolve");
    thread.setDaemon(true);
    thread.start();
  }

  private void resolved(HostPort name, List<TransportAddress> found) {
    if (found.isEmpty()) {
      failures.unknownName(name);
    } else {
      feed(new RaceMachine.Resolved(found));
    }
    unresolved--;
    if (unresolved == 0) {
      feed(new RaceMachine.NoMoreAddresses());
    }
  }

  private void feed(RaceMachine.Input input) {
    if (over) {
      return;
    }
    race.handle(System.nanoTime(), input);
    drain();
  }

  private void drain() {
    for (RaceMachine.Output output = race.pollEvent(); output != null; output = race.pollEvent()) {
      if (output instanceof RaceMachine.Dial dial) {
        dial(dial.attempt(), dial.address());
      } else if (output instanceof RaceMachine.Abandon abandon) {
        Attempt attempt = attempts.remove(abandon.attempt());
        if (attempt != null) {
          attempt.channel().close();
        }
      } else if (output instanceof RaceMachine.Won won) {
        end();
        Attempt attempt = attempts.remove(won.attempt());
        outcome.secured(attempt.channel(), attempt.pin()[0], attempt.connectNanos()[0]);
        attempt.channel().pipeline().remove(placeholder);
      } else {
        end();
        outcome.lost(failures.mostTelling());
      }
    }
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    long deadline = race.nextDeadline();
    if (!over && deadline != Machine.NO_DEADLINE) {
      timer =
          loop.schedule(
              () -> {
                race.handleTimeout(System.nanoTime());
                drain();
              },
              Math.max(0, deadline - System.nanoTime()),
              TimeUnit.NANOSECONDS);
    }
  }

  private void end() {
    over = true;
    if (timer != null) {
      timer.cancel(false);
    }
    if (limit != null) {
      limit.cancel(false);
    }
  }

  private void dial(int number, TransportAddress address) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            // before its TLS is there, nobody would hear what a server says that speaks first
            .option(ChannelOption.AUTO_READ, false)
            .handler(placeholder);
    if (loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class)) {
      bootstrap
          .channel(EpollSocketChannel.class)
          .option(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS)
          // What the kernel has not sent it cannot drop when something newer comes.
          .option(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) UNSENT_LOW_BYTES);
    } else {
      bootstrap.channel(NioSocketChannel.class);
    }
    ChannelFuture connecting = bootstrap.connect(address.toSocketAddress());
    Attempt attempt =
        new Attempt(connecting.channel(), System.nanoTime(), new long[1], new SpkiPin[1]);
    attempts.put(number, attempt);
    connecting.addListener(
        done -> {
          if (over) {
            connecting.channel().close();
          } else if (!done.isSuccess()) {
            fail(number, done.cause());
          } else {
            attempt.connectNanos()[0] = System.nanoTime() - attempt.startedAt();
            feed(new RaceMachine.Connected(number));
            whenTlsIsReady(number, attempt);
          }
        });
  }

  private void whenTlsIsReady(int number, Attempt attempt) {
    tls.whenComplete(
        (context, problem) -> {
          if (loop.inEventLoop()) {
            addTls(number, attempt, context, problem);
          } else {
            loop.execute(() -> addTls(number, attempt, context, problem));
          }
        });
  }

  private void addTls(int number, Attempt attempt, SslContext context, Throwable problem) {
    if (over || !attempts.containsKey(number)) {
      return;
    }
    if (problem != null) {
      fail(number, problem);
      return;
    }
    Channel channel = attempt.channel();
    SslHandler handler = LinkTls.clientHandler(context, channel.alloc(), rendezvous.host());
    handler.setHandshakeTimeoutMillis(LIMIT_MILLIS);
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (over) {
                return;
              }
              if (!done.isSuccess()) {
                fail(number, done.cause());
              } else if (!LinkTls.agreed(handler)) {
                failures.otherProtocol("it does not offer this protocol");
                feed(new RaceMachine.Failed(number));
                channel.close();
              } else {
                secured(number, attempt, handler);
              }
            });
    channel.pipeline().addFirst(handler);
    channel.config().setAutoRead(true);
  }

  private void secured(int number, Attempt attempt, SslHandler handler) {
    try {
      attempt.pin()[0] = SpkiPin.presented(handler.engine().getSession());
    } catch (SSLPeerUnverifiedException e) {
      fail(number, e);
      return;
    }
    feed(new RaceMachine.Secured(number));
  }

  private void fail(int number, Throwable cause) {
    failures.add(cause);
    Attempt attempt = attempts.remove(number);
    if (attempt != null) {
      attempt.channel().close();
    }
    feed(new RaceMachine.Failed(number));
  }
}
