package org.moshpit.testkit;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What shares one address space: the core of the internet, or the inside of a NAT. */
public final class Segment {
  private final SimulatedNetwork network;
  private final boolean core;
  private final Map<InetAddress, Consumer<Packet>> attached = new HashMap<>();
  private Consumer<Packet> gateway = packet -> {};

  Segment(SimulatedNetwork network, boolean core) {
    this.network = network;
    this.core = core;
  }

  void attach(InetAddress ip, Consumer<Packet> receiver) {
    if (attached.putIfAbsent(ip, receiver) != null) {
      throw new IllegalArgumentException(ip.getHostAddress() + " is taken in this segment");
    }
  }

  void detach(InetAddress ip) {
    attached.remove(ip);
  }

  void gateway(Consumer<Packet> receiver) {
    gateway = receiver;
  }

  SimulatedNetwork network() {
    return network;
  }

  /** Carries a packet to whoever has its destination here, else out through the gateway. */
  void carry(Packet packet) {
    if (!attached.containsKey(packet.destination().ip())) {
      gateway.accept(packet);
    } else if (core) {
      network.crossCore(packet, this::arrive);
    } else {
      network.crossLan(packet, this::arrive);
    }
  }

  private void arrive(Packet packet) {
    Consumer<Packet> receiver = attached.get(packet.destination().ip());
    if (receiver != null) {
      receiver.accept(packet);
    }
  }
}
