package org.moshpit.agent.netwatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetWatchTest {
  private static final String HEADING =
      "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n";

  @TempDir Path dir;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final ExecutorService blocking = Executors.newSingleThreadExecutor();
  private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
  private Path route;
  private Path reads;
  private NetWatch watch;

  private final NetWatch.Listener listener =
      new NetWatch.Listener() {
        @Override
        public void networkChanged(NetworkSnapshot now, String reason) {
          told.add(reason);
        }

        @Override
        public void resumed(SuspendDetector.Finding finding) {}
      };

  @BeforeEach
  void files() throws IOException {
    route = dir.resolve("route");
    reads = dir.resolve("monitor");
    gateway("0100000A");
  }

  @AfterEach
  void close() throws InterruptedException {
    loop.submit(watch::close).sync();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    blocking.shutdownNow();
  }

  private void gateway(String via) throws IOException {
    Path fresh =
        Files.writeString(
            dir.resolve("fresh"),
            HEADING + "eth9 00000000 " + via + " 0003 0 0 0 00000000 0 0 0\n");
    Files.move(fresh, route, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private void start(String... monitor) throws InterruptedException {
    watch =
        new NetWatch(
            loop, blocking, listener, new SnapshotReader(route, dir.resolve("none")), monitor);
    loop.submit(watch::start).sync();
  }

  @Test
  void pollsWhereThereIsNoMonitor() throws Exception {
    start("/nonexistent/ip");
    settled();
    gateway("0200000A");
    assertThat(told.poll(10, TimeUnit.SECONDS)).contains("default route eth9");
  }

  @Test
  void aMonitorThatEndsIsReplacedByPolling() throws Exception {
    start("sh", "-c", "exit 1");
    settled();
    gateway("0200000A");
    assertThat(told.poll(10, TimeUnit.SECONDS)).contains("default route");
  }

  @Test
  void aBurstOfNewsIsOneChange() throws Exception {
    // each line that is appended to the file is a piece of news
    Files.createFile(reads);
    start("tail", "-n", "+1", "-f", reads.toString());
    settled();
    gateway("0200000A");
    Files.writeString(reads, "news\n".repeat(50));
    assertThat(told.poll(10, TimeUnit.SECONDS)).contains("default route");
    gateway("0100000A");
    Files.writeString(reads, "more news\n", java.nio.file.StandardOpenOption.APPEND);
    assertThat(told.poll(10, TimeUnit.SECONDS)).contains("default route");
    assertThat(told).isEmpty();
  }

  /** Two homes may well give the same address, and the second is another network all the same. */
  @Test
  void anAddressThatWentAndCameBackIsAChange() throws Exception {
    Files.createFile(reads);
    NetworkSnapshot always =
        new NetworkSnapshot(
            new TreeSet<>(
                Set.of(
                    new NetworkSnapshot.Address("eth9", "192.168.1.20", 24),
                    new NetworkSnapshot.Address("eth9", "fe80::1", 64))),
            new TreeSet<>());
    watch =
        new NetWatch(
            loop,
            blocking,
            listener,
            new SnapshotReader() {
              @Override
              NetworkSnapshot read() {
                return always;
              }
            },
            "tail",
            "-n",
            "+1",
            "-f",
            reads.toString());
    loop.submit(watch::start).sync();
    settled();
    append("Deleted 7: veth7    inet6 fe80::1/64 scope link \\       valid_lft forever");
    append("Deleted 7: eth9    inet 192.168.1.200/24 scope global eth9");
    append("7: eth9    inet 192.168.1.20/24 scope global eth9");
    assertThat(told.poll(1, TimeUnit.SECONDS)).isNull();
    append("Deleted 7: eth9    inet 192.168.1.20/24 scope global eth9");
    assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("an address was gone for a moment");
    append("7: eth9    inet 192.168.1.20/24 scope global eth9");
    assertThat(told.poll(1, TimeUnit.SECONDS)).isNull();
  }

  private void append(String line) throws IOException {
    Files.writeString(reads, line + "\n", java.nio.file.StandardOpenOption.APPEND);
  }

  @Test
  void theRealMonitorEndsWithUs() throws Exception {
    Process process = new ProcessBuilder(IpMonitor.COMMAND).start();
    try {
      Awaitility.await()
          .until(() -> process.info().command().orElse("").matches(".*/(ip|busybox)"));
      process.getOutputStream().close();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    start();
  }

  /** The first snapshot has been taken. */
  private void settled() throws Exception {
    Awaitility.await().until(() -> loop.submit(watch::hasSnapshot).get());
  }
}
