package org.moshpit.testkit;

import java.util.function.BiConsumer;
import org.moshpit.common.sansio.TransportAddress;

/** A bound UDP port of a simulated host. */
public final class SimulatedSocket {
  private final SimulatedHost host;
  private final TransportAddress address;
  private final BiConsumer<TransportAddress, byte[]> receiver;
  private boolean closed;

  SimulatedSocket(
      SimulatedHost host, TransportAddress address, BiConsumer<TransportAddress, byte[]> receiver) {
    this.host = host;
    this.address = address;
    this.receiver = receiver;
  }

  /** What it is bound to. */
  public TransportAddress address() {
    return address;
  }

  /** Sends; {@code ttl} 0 for the host's own. After {@link #close} nothing leaves. */
  public void send(TransportAddress destination, byte[] payload, int ttl) {
    if (!closed) {
      host.send(address, destination, payload, ttl);
    }
  }

  /** Frees the port. */
  public void close() {
    closed = true;
    host.closed(this);
  }

  void receive(Packet packet) {
    if (!closed) {
      receiver.accept(packet.source(), packet.payload());
    }
  }
}
