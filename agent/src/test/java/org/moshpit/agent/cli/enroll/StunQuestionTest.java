package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.XorMappedAddress;

@Timeout(30)
class StunQuestionTest {
  private static TransportAddress address(DatagramSocket socket) {
    return TransportAddress.of((InetSocketAddress) socket.getLocalSocketAddress());
  }

  private static void answerOne(DatagramSocket socket) {
    try {
      DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
      socket.receive(packet);
      byte[] bytes = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
      TransportAddress from = TransportAddress.of((InetSocketAddress) packet.getSocketAddress());
      byte[] answer =
          StunEncoder.encode(
              StunMessage.success(
                  ((Parsed) StunParser.parse(bytes)).message().transactionId(),
                  new XorMappedAddress(from)));
      socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whoAnswersIsToldFromWhoIsSilent() throws Exception {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    try (DatagramSocket answers = new DatagramSocket(0, loopback);
        DatagramSocket silent = new DatagramSocket(0, loopback)) {
      Thread server = new Thread(() -> answerOne(answers), "stun");
      server.start();
      assertThat(
              StunQuestion.ofThisHost(Optional.empty(), 0)
                  .answering(List.of(address(answers), address(silent))))
          .containsExactly(address(answers));
      server.join();
    }
  }
}
