package org.moshpit.agent.cli;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.Nonce;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.XorMappedAddress;

/** A STUN server on one port of loopback, on a thread of its own. */
final class TrainingStun implements AutoCloseable {
  private final byte[] key;
  private final DatagramSocket socket;

  /**
   * @param key of every agent's requests
   */
  TrainingStun(byte[] key) throws IOException {
    this.key = key.clone();
    this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread thread = new Thread(this::serve, "training-stun");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  private void serve() {
    DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
    while (!socket.isClosed()) {
      try {
        socket.receive(packet);
        answer(packet);
      } catch (IOException e) {
        // closed: the training is over
        return;
      }
    }
  }

  private void answer(DatagramPacket packet) throws IOException {
    byte[] request = Arrays.copyOf(packet.getData(), packet.getLength());
    if (StunParser.parse(request) instanceof Parsed parsed && parsed.verifies(key)) {
      TransportAddress from =
          TransportAddress.of(packet.getAddress().getAddress(), packet.getPort());
      byte[] answer =
          StunEncoder.encode(
              StunMessage.success(
                  parsed.message().transactionId(),
                  new XorMappedAddress(from),
                  new Nonce("training")),
              key);
      socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
