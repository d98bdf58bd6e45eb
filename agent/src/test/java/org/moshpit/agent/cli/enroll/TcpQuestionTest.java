package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class TcpQuestionTest {
  @Test
  void acceptedAndRefusedAreToldApart() throws Exception {
    TransportAddress address;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = TransportAddress.of((InetSocketAddress) server.getLocalSocketAddress());
      assertThat(TcpQuestion.ofThisHost().connect(address)).isEqualTo(TcpQuestion.Answer.CONNECTED);
    }
    assertThat(TcpQuestion.ofThisHost().connect(address)).isEqualTo(TcpQuestion.Answer.REFUSED);
  }
}
