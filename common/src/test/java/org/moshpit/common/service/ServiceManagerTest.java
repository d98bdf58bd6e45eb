package org.moshpit.common.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.netty.EventLoops;

/** What comes out at a real AF_UNIX datagram socket. */
class ServiceManagerTest {
  private static final int PERIOD_MILLIS = 30;

  @TempDir private Path directory;
  private final EventLoopGroup systemd = EventLoops.create("systemd", 1);
  private final EventLoopGroup daemon = EventLoops.create("daemon", 1);
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private ServiceManager manager;

  @AfterEach
  void end() {
    if (manager != null) {
      manager.close();
    }
    daemon.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    systemd.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private Channel listen(String address) {
    return new Bootstrap()
        .group(systemd)
        .channel(EpollDomainDatagramChannel.class)
        .handler(
            new SimpleChannelInboundHandler<DomainDatagramPacket>() {
              @Override
              protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                heard.add(packet.content().toString(StandardCharsets.UTF_8));
              }
            })
        .bind(new DomainSocketAddress(address))
        .syncUninterruptibly()
        .channel();
  }

  private ServiceManager started(String socket, String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("NOTIFY_SOCKET", socket);
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    manager = ServiceManager.of(daemon.next(), environment);
    return manager;
  }

  private String next() throws InterruptedException {
    return heard.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void eachMessageIsADatagramInTheOrderOfTheCalls() throws Exception {
    String path = directory.resolve("notify").toString();
    listen(path);
    ServiceManager manager = started(path);
    assertThat(manager.isThere()).isTrue();
    manager.status("starting");
    manager.ready();
    manager.status("registered as plug at vps.example.net; 3 sessions");
    manager.status("registered as plug at vps.example.net; 3 sessions");
    manager.stopping("stopped; 3 sessions stay");
    manager.status("no link to vps.example.net; 0 sessions");
    manager.status("stopped; 3 sessions stay");
    manager.stopping("gone");
    assertThat(next()).isEqualTo("STATUS=starting");
    assertThat(next()).isEqualTo("READY=1");
    assertThat(next()).isEqualTo("STATUS=registered as plug at vps.example.net; 3 sessions");
    assertThat(next()).isEqualTo("STOPPING=1\nSTATUS=stopped; 3 sessions stay");
    assertThat(next()).as("nothing of what came after").isEqualTo("STOPPING=1\nSTATUS=gone");
  }

  /** Of a line end systemd would make another assignment. */
  @Test
  void aStatusIsOneLine() throws Exception {
    String path = directory.resolve("notify").toString();
    listen(path);
    started(path).status("no link\nMAINPID=1");
    assertThat(next()).isEqualTo("STATUS=no link MAINPID=1");
  }

  @Test
  void aNameOfTheAbstractNamespaceBeginsWithAnAt() throws Exception {
    String name = "moshpit-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    listen('\0' + name);
    started("@" + name).ready();
    assertThat(next()).isEqualTo("READY=1");
  }

  @Test
  void theWatchdogIsPingedWhileTheLoopIsAliveAndNoLonger() throws Exception {
    String path = directory.resolve("notify").toString();
    listen(path);
    started(
        path,
        "WATCHDOG_USEC",
        Long.toString(3 * PERIOD_MILLIS * 1000L),
        "WATCHDOG_PID",
        Long.toString(ProcessHandle.current().pid()));
    for (int i = 0; i < 3; i++) {
      assertThat(next()).isEqualTo("WATCHDOG=1");
    }

    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    daemon
        .next()
        .execute(
            () -> {
              stuck.countDown();
              try {
                free.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    stuck.await();
    try {
      // after what was under way
      await().until(() -> heard.poll(20 * PERIOD_MILLIS, TimeUnit.MILLISECONDS) == null);
    } finally {
      free.countDown();
    }
    assertThat(next()).isEqualTo("WATCHDOG=1");
  }

  @Test
  void aWatchOverAnotherProcessIsNotOurs() {
    assertThat(watchdog("WATCHDOG_USEC", "60000000").orElse(0)).isEqualTo(60_000_000);
    assertThat(watchdog("WATCHDOG_USEC", "5", "WATCHDOG_PID", "42").orElse(0)).isEqualTo(5);
    assertThat(watchdog("WATCHDOG_USEC", "5", "WATCHDOG_PID", "43")).isEmpty();
    assertThat(watchdog()).isEmpty();
    assertThat(watchdog("WATCHDOG_USEC", "0")).isEmpty();
    assertThat(watchdog("WATCHDOG_USEC", "soon")).isEmpty();
  }

  private static java.util.OptionalLong watchdog(String... environment) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      map.put(environment[i], environment[i + 1]);
    }
    return ServiceManager.watchdogMicros(map, 42);
  }

  @Test
  void withoutOneNothingHappens() throws Exception {
    manager = ServiceManager.of(daemon.next(), Map.of("WATCHDOG_USEC", "1000"));
    assertThat(manager.isThere()).isFalse();
    manager.ready();
    manager.status("unheard");
    manager.stopping("stopped");
    // one that is not there is no reason to fail, nor to stop pinging a loop
    ServiceManager gone =
        ServiceManager.of(
            daemon.next(),
            Map.of("NOTIFY_SOCKET", directory.resolve("none").toString(), "WATCHDOG_USEC", "1000"));
    gone.ready();
    gone.close();
    assertThat(daemon.next().submit(() -> 7).get(10, TimeUnit.SECONDS)).isEqualTo(7);
  }
}
