package org.moshpit.deploy.evil;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A host that has nothing to do with any session, and counts what it gets all the same. */
final class ThirdParty implements AutoCloseable {
  /** One datagram. */
  record Received(String from, byte[] bytes) {}

  private final DatagramSocket socket;
  private final List<Received> received = new CopyOnWriteArrayList<>();

  ThirdParty(String ip) throws IOException {
    socket = new DatagramSocket(0, InetAddress.getByName(ip));
    Thread reader = new Thread(this::read, "third party");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    while (!socket.isClosed()) {
      try {
        socket.receive(packet);
        received.add(
            new Received(
                packet.getAddress().getHostAddress(),
                Arrays.copyOf(packet.getData(), packet.getLength())));
      } catch (IOException closed) {
        return;
      }
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  List<Received> received() {
    return received;
  }

  long from(String ip) {
    return received.stream().filter(one -> one.from().equals(ip)).count();
  }

  @Override
  public void close() {
    socket.close();
  }
}
