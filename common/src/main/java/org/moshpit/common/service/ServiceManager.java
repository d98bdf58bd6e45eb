package org.moshpit.common.service;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.netty.EventLoops;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever started this process as a service and waits for its word; nobody, if the environment does
 * not say so, and then every call does nothing. The watchdog's pings are a task of the event loop,
 * so they stop when the loop does. Any thread.
 */
public final class ServiceManager implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

  /** Two pings may come late before the third is missed. */
  private static final int PINGS_PER_TIMEOUT = 3;

  private final EventLoop loop;
  private final ChannelFuture connected;
  private final ScheduledFuture<?> pings;
  private String status = "";
  private boolean stopping;

  private ServiceManager(EventLoop loop, ChannelFuture connected, OptionalLong timeoutMicros) {
    this.loop = loop;
    this.connected = connected;
    this.pings = connected == null || timeoutMicros.isEmpty() ? null : ping(timeoutMicros);
  }

  /**
   * The one this environment names.
   *
   * @param loop the loop whose life is the process' life
   * @param environment of the process: {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC}, {@code
   *     WATCHDOG_PID}
   */
  public static ServiceManager of(EventLoop loop, Map<String, String> environment) {
    Optional<String> socket = address(environment.get("NOTIFY_SOCKET"));
    if (socket.isEmpty() || !EventLoops.epoll()) {
      return new ServiceManager(loop, null, OptionalLong.empty());
    }
    ChannelFuture connected =
        new Bootstrap()
            .group(loop)
            .channel(EpollDomainDatagramChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(new DomainSocketAddress(socket.get()));
    connected.addListener(
        done -> {
          if (!done.isSuccess()) {
            LOG.atWarn()
                .addKeyValue("reason", done.cause().toString())
                .log("the service manager cannot be told anything");
          }
        });
    return new ServiceManager(
        loop, connected, watchdogMicros(environment, ProcessHandle.current().pid()));
  }

  /** A path, or a name of Linux' abstract namespace, where a zero stands in place of the "@". */
  private static Optional<String> address(String named) {
    if (named == null || !(named.startsWith("/") || named.startsWith("@"))) {
      return Optional.empty();
    }
    return Optional.of(named.startsWith("@") ? '\0' + named.substring(1) : named);
  }

  /**
   * After how long without a ping the process is ended.
   *
   * @param pid this process; the watch may be over another one that passed its environment on
   * @return microseconds, more than 0; empty if nobody watches
   */
  static OptionalLong watchdogMicros(Map<String, String> environment, long pid) {
    String watched = environment.getOrDefault("WATCHDOG_PID", "");
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    if (!micros.matches("[1-9][0-9]{0,17}")
        || !(watched.isEmpty() || watched.equals(Long.toString(pid)))) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(micros));
  }

  private ScheduledFuture<?> ping(OptionalLong timeoutMicros) {
    long every = Math.max(1, timeoutMicros.getAsLong() / PINGS_PER_TIMEOUT);
    // not at a fixed rate: after a standstill one ping says all that the missed ones would have
    return loop.scheduleWithFixedDelay(
        () -> send("WATCHDOG=1"), every, every, TimeUnit.MICROSECONDS);
  }

  /** Whether anybody listens. */
  public boolean isThere() {
    return connected != null;
  }

  /** The process serves now. Once. */
  public void ready() {
    onLoop(() -> send("READY=1"));
  }

  /** How things are, in one line for a person; the same line again is not sent. */
  public void status(String line) {
    onLoop(
        () -> {
          String one = oneLine(line);
          if (!stopping && !one.equals(status)) {
            status = one;
            send("STATUS=" + one);
          }
        });
  }

  /**
   * The process is going.
   *
   * @param line the last of its status, which is shown as long as it does not run again
   */
  public void stopping(String line) {
    onLoop(
        () -> {
          stopping = true;
          send("STOPPING=1\nSTATUS=" + oneLine(line));
        });
  }

  private static String oneLine(String line) {
    return line.replaceAll("\\p{Cntrl}", " ");
  }

  private void onLoop(Runnable work) {
    if (connected == null || loop.isShuttingDown()) {
      return;
    }
    if (loop.inEventLoop()) {
      work.run();
    } else {
      loop.execute(work);
    }
  }

  private void send(String message) {
    // in the order of the calls, the first ones perhaps before there is a socket
    connected.addListener(
        done -> {
          Channel channel = connected.channel();
          if (done.isSuccess() && channel.isWritable()) {
            channel.writeAndFlush(
                Unpooled.copiedBuffer(message, StandardCharsets.UTF_8), channel.voidPromise());
          }
        });
  }

  /** Says nothing more. */
  @Override
  public void close() {
    if (pings != null) {
      pings.cancel(false);
    }
    if (connected != null) {
      connected.channel().close();
    }
  }
}
