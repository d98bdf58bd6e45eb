package org.moshpit.agent.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientLoopbackTest {
  private final IoHandlerFactory transport =
      Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport);
  private final EventLoop loop = group.next();
  private final ExecutorService blocking = Executors.newSingleThreadExecutor();
  private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final Set<Integer> foreign = ConcurrentHashMap.newKeySet();
  private ClientLoopback loopback;

  @BeforeEach
  void open() throws InterruptedException, ExecutionException {
    loopback =
        ClientLoopback.open(
                loop,
                blocking,
                port -> !foreign.contains(port),
                bytes -> received.add(new String(bytes, UTF_8)))
            .get();
  }

  @AfterEach
  void close() throws InterruptedException {
    loop.submit(loopback::close).sync();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    blocking.shutdownNow();
  }

  private static DatagramSocket socket() throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    socket.setSoTimeout(5000);
    return socket;
  }

  private void say(DatagramSocket socket, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    socket.send(
        new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), loopback.port()));
  }

  private void answer(String text) throws InterruptedException {
    loop.submit(() -> loopback.send(text.getBytes(UTF_8))).sync();
  }

  private static String hear(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    socket.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), UTF_8);
  }

  private String next() throws InterruptedException {
    return received.poll(5, TimeUnit.SECONDS);
  }

  private DatagramCounters counters() throws InterruptedException, ExecutionException {
    return loop.submit(loopback::counters).get();
  }

  @Test
  void answersGoToTheNewestSourcePort() throws Exception {
    try (DatagramSocket first = socket();
        DatagramSocket second = socket()) {
      say(first, "one");
      assertThat(next()).isEqualTo("one");
      answer("a");
      assertThat(hear(first)).isEqualTo("a");
      say(second, "two");
      assertThat(next()).isEqualTo("two");
      answer("b");
      assertThat(hear(second)).isEqualTo("b");
    }
    assertThat(counters()).isEqualTo(new DatagramCounters(2, 6, 2, 2, 0, 0));
  }

  @Test
  void aForeignSourceIsNeitherHeardNorAnswered() throws Exception {
    try (DatagramSocket ours = socket();
        DatagramSocket theirs = socket()) {
      foreign.add(theirs.getLocalPort());
      say(theirs, "evil");
      say(ours, "one");
      assertThat(next()).isEqualTo("one");
      say(theirs, "evil again");
      Awaitility.await().until(() -> counters().foreign() == 2);
      answer("a");
      assertThat(hear(ours)).isEqualTo("a");
      theirs.setSoTimeout(50);
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> hear(theirs))
          .isInstanceOf(SocketTimeoutException.class);
    }
    assertThat(received).isEmpty();
  }

  @Test
  void anotherLoopbackAddressIsNobodysEvenWithOurOwnPort() throws Exception {
    try (DatagramSocket ours = socket();
        DatagramSocket samePort =
            new DatagramSocket(loopback.port(), InetAddress.getByName("127.0.0.2"));
        DatagramSocket otherPort = new DatagramSocket(0, InetAddress.getByName("127.0.0.3"))) {
      say(ours, "one");
      assertThat(next()).isEqualTo("one");
      say(samePort, "evil");
      say(otherPort, "evil");
      Awaitility.await().until(() -> counters().foreign() == 2);
      answer("a");
      assertThat(hear(ours)).isEqualTo("a");
    }
    assertThat(received).isEmpty();
  }

  @Test
  void whatComesWhileASourceIsAskedAfterIsKeptInOrder() throws Exception {
    java.util.concurrent.CountDownLatch busy = new java.util.concurrent.CountDownLatch(1);
    blocking.execute(
        () -> {
          try {
            busy.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try (DatagramSocket ours = socket()) {
      for (int i = 0; i < 6; i++) {
        say(ours, "d" + i);
      }
      Awaitility.await().until(() -> counters().dropped() == 2);
      assertThat(received).isEmpty();
      busy.countDown();
      for (int i = 0; i < 4; i++) {
        assertThat(next()).isEqualTo("d" + i);
      }
    }
  }

  @Test
  void dropsWhatIsTooLongOrHasNowhereToGo() throws Exception {
    answer("to nobody");
    try (DatagramSocket ours = socket()) {
      say(ours, "x".repeat(1501));
      say(ours, "y".repeat(1500));
      assertThat(next()).hasSize(1500);
      answer("z".repeat(1501));
    }
    assertThat(counters().dropped()).isEqualTo(3);
  }
}
