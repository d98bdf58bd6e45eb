package org.moshpit.agent.portmap.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.portmap.PortMappingProtocol;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

class PortMappingProbeTest {
  // a loopback address of this test's own: the ports are given
  private static final InetAddress ROUTER = TransportAddress.parseIp("127.53.51.19");

  private final EventLoopGroup group = EventLoops.create("probe", 1);
  private final EventLoop loop = group.next();

  @AfterEach
  void end() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private UdpSocket serve(int port, UnaryOperator<byte[]> answers) {
    UdpSocket server =
        UdpSocket.open(loop, new SocketId(port), new TransportAddress(ROUTER, port)).join();
    server.receiver(
        (socket, from, datagram) -> {
          byte[] answer = answers.apply(datagram);
          if (answer != null) {
            socket.send(new Transmit(socket.id(), from, answer));
            socket.flush();
          }
        });
    return server;
  }

  private Set<PortMappingProtocol> ask() {
    InetAddress local = TransportAddress.parseIp("127.0.0.1");
    return PortMappingProbe.ask(loop, new LocalGateways.Pair(local, ROUTER))
        .orTimeout(5, TimeUnit.SECONDS)
        .join();
  }

  /**
   * Asked again if need be: the probe waits a second, and a pause of this process may be longer.
   */
  private void becomes(PortMappingProtocol... answering) {
    await().untilAsserted(() -> assertThat(ask()).containsExactlyInAnyOrder(answering));
  }

  private static byte[] datagrams(byte[] request) {
    if (request[0] == 2) {
      byte[] answer = Arrays.copyOf(request, 24);
      answer[1] |= (byte) 0x80;
      return answer;
    }
    return new byte[] {0, (byte) 128, 0, 0, 0, 0, 0, 9, 12, 0, 2, 2};
  }

  @Test
  void knowsAllThatAnswer() {
    UdpSocket server = serve(5351, PortMappingProbeTest::datagrams);
    UdpSocket ssdp =
        serve(
            1900,
            request ->
                ("HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n"
                        + "LOCATION: http://127.53.51.19:80/\r\n\r\n")
                    .getBytes(US_ASCII));
    becomes(PortMappingProtocol.values());
    server.close().join();
    ssdp.close().join();
  }

  @Test
  void knowsWhoIsSilent() {
    UdpSocket server = serve(5351, request -> request[0] == 2 ? null : datagrams(request));
    becomes(PortMappingProtocol.NAT_PMP);
    server.close().join();
    assertThat(ask()).isEmpty();
  }
}
