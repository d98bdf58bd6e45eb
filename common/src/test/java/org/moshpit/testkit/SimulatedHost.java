package org.moshpit.testkit;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.moshpit.common.sansio.TransportAddress;

/** A host with one address, its UDP ports, and no firewall of its own. */
public final class SimulatedHost {
  static final int DEFAULT_TTL = 64;

  private final SplittableRandom random;
  private final Map<TransportAddress, SimulatedSocket> sockets = new HashMap<>();
  private Segment segment;
  private InetAddress ip;

  SimulatedHost(Simulation simulation, Segment segment, InetAddress ip) {
    random = simulation.randomness();
    this.segment = segment;
    this.ip = ip;
    segment.attach(ip, this::receive);
  }

  /** The present address. */
  public InetAddress ip() {
    return ip;
  }

  /**
   * Goes elsewhere: new address, perhaps another segment. Sockets stay bound to the old address and
   * are deaf and mute from now on.
   */
  public void move(Segment to, String newIp) {
    segment.detach(ip);
    segment = to;
    ip = TransportAddress.parseIp(newIp);
    segment.attach(ip, this::receive);
  }

  /**
   * Binds a port of the present address.
   *
   * @param port 0 for a free one
   * @param receiver gets source and payload of what arrives
   */
  public SimulatedSocket open(int port, BiConsumer<TransportAddress, byte[]> receiver) {
    int bound = port == 0 ? freePort() : port;
    TransportAddress address = new TransportAddress(ip, bound);
    SimulatedSocket socket = new SimulatedSocket(this, address, receiver);
    if (sockets.putIfAbsent(address, socket) != null) {
      throw new IllegalStateException(address + " is taken");
    }
    return socket;
  }

  private int freePort() {
    while (true) {
      int port = random.nextInt(32768, 61000);
      if (!sockets.containsKey(new TransportAddress(ip, port))) {
        return port;
      }
    }
  }

  void send(TransportAddress source, TransportAddress destination, byte[] payload, int ttl) {
    if (source.ip().equals(ip)) {
      int hops = ttl == 0 ? DEFAULT_TTL : ttl;
      segment.carry(new Packet(source, destination, payload, hops));
    }
  }

  void closed(SimulatedSocket socket) {
    sockets.remove(socket.address(), socket);
  }

  private void receive(Packet packet) {
    SimulatedSocket socket = sockets.get(packet.destination());
    if (socket != null) {
      socket.receive(packet);
    }
  }
}
