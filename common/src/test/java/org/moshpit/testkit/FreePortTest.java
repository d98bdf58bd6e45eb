package org.moshpit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortTest {
  @Test
  void whatIsTakenInPartIsNotFree() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket tcp = new ServerSocket(FreePort.next(), 1, loopback)) {
      assertThat(FreePort.isFree(tcp.getLocalPort())).isFalse();
    }
    try (DatagramSocket udp = new DatagramSocket(FreePort.next(), loopback)) {
      assertThat(FreePort.isFree(udp.getLocalPort())).isFalse();
    }
    int port = FreePort.next();
    try (DatagramSocket next = new DatagramSocket(port + 1, loopback)) {
      assertThat(next.isBound()).isTrue();
      assertThat(FreePort.isFree(port)).isFalse();
    }
  }
}
