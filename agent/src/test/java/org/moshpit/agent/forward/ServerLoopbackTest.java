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
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServerLoopbackTest {
  static List<IoHandlerFactory> transports() {
    return Epoll.isAvailable()
        ? List.of(EpollIoHandler.newFactory(), NioIoHandler.newFactory())
        : List.of(NioIoHandler.newFactory());
  }

  private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final AtomicInteger gone = new AtomicInteger();

  private ServerLoopback open(EventLoop loop, int port) throws Exception {
    return ServerLoopback.open(
            loop, port, bytes -> received.add(new String(bytes, UTF_8)), gone::incrementAndGet)
        .get();
  }

  private static DatagramSocket server() throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    socket.setSoTimeout(5000);
    return socket;
  }

  private static SocketAddress hear(DatagramSocket socket, String text) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    socket.receive(packet);
    assertThat(new String(packet.getData(), 0, packet.getLength(), UTF_8)).isEqualTo(text);
    return packet.getSocketAddress();
  }

  private static void say(DatagramSocket socket, SocketAddress to, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    socket.send(new DatagramPacket(bytes, bytes.length, to));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void carriesBothWaysAndNoticesTheEnd(IoHandlerFactory transport) throws Exception {
    MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport);
    EventLoop loop = group.next();
    DatagramSocket server = server();
    try (DatagramSocket stranger = server()) {
      ServerLoopback loopback = open(loop, server.getLocalPort());
      loop.submit(() -> loopback.send("hello".getBytes(UTF_8))).sync();
      SocketAddress us = hear(server, "hello");
      say(stranger, us, "evil");
      say(server, us, "x".repeat(1501));
      say(server, us, "welcome");
      assertThat(received.poll(5, TimeUnit.SECONDS)).isEqualTo("welcome");
      assertThat(received).isEmpty();
      assertThat(gone).hasValue(0);
      server.close();
      Awaitility.await()
          .until(
              () -> {
                loop.submit(() -> loopback.send("anybody?".getBytes(UTF_8))).sync();
                return gone.get() > 0;
              });
      DatagramCounters counters = loop.submit(loopback::counters).get();
      assertThat(counters.received()).isEqualTo(1);
      assertThat(counters.receivedBytes()).isEqualTo(7);
      assertThat(counters.dropped()).isGreaterThanOrEqualTo(2);
      loop.submit(loopback::close).sync();
    } finally {
      server.close();
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  @Test
  void neverMarksItsDatagramsEcnCapable() throws Exception {
    MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transports().get(0));
    EventLoop loop = group.next();
    try (DatagramSocket server = server()) {
      ServerLoopback loopback = open(loop, server.getLocalPort());
      Integer tos = loop.submit(loopback::trafficClass).get();
      assertThat(tos & 3).isZero();
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
