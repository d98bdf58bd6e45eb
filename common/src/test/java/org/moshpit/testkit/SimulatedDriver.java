package org.moshpit.testkit;

import java.util.HashMap;
import java.util.Map;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

/**
 * One machine on one simulated host: its sockets, its datagrams, its timer.
 *
 * @param <I> the machine's events in
 * @param <O> the machine's events out
 */
public final class SimulatedDriver<I, O> {
  /**
   * How a machine meets its host.
   *
   * @param <I> the machine's events in
   * @param <O> the machine's events out
   */
  public interface Ports<I, O> {
    /** The event for a datagram that arrived, or null if it is not for the machine. */
    I datagram(SocketId socket, TransportAddress from, byte[] payload);

    /** An event that came out; commands among them are carried out here. */
    void event(O event);

    /** An event that the machine is about to be told, for whoever watches. */
    default void telling(I event) {}

    /** A datagram that the machine sends, whether its socket is open or not. */
    default void sending(Transmit out) {}
  }

  private final Simulation simulation;
  private final Machine<I, O> machine;
  private final SimulatedHost host;
  private final Ports<I, O> ports;
  private final Map<SocketId, SimulatedSocket> sockets = new HashMap<>();
  private int nextSocket;
  private boolean draining;
  private boolean stopped;

  SimulatedDriver(
      Simulation simulation, Machine<I, O> machine, SimulatedHost host, Ports<I, O> ports) {
    this.simulation = simulation;
    this.machine = machine;
    this.host = host;
    this.ports = ports;
  }

  /** The machine. */
  public Machine<I, O> machine() {
    return machine;
  }

  /** Where it runs. */
  public SimulatedHost host() {
    return host;
  }

  /** Hands the machine an event, now. */
  public void handle(I event) {
    if (!stopped) {
      ports.telling(event);
      machine.handle(simulation.now(), event);
      drain();
    }
  }

  /** Opens a socket on the host's present address; port 0 takes a free one. */
  public SocketId open(int port) {
    SocketId id = new SocketId(nextSocket++);
    sockets.put(
        id,
        host.open(
            port,
            (from, payload) -> {
              I event = ports.datagram(id, from, payload);
              if (event != null) {
                handle(event);
              }
            }));
    return id;
  }

  /** Closes a socket; unknown ones are ignored. */
  public void close(SocketId id) {
    SimulatedSocket socket = sockets.remove(id);
    if (socket != null) {
      socket.close();
    }
  }

  /** What a socket is bound to. */
  public TransportAddress base(SocketId id) {
    return sockets.get(id).address();
  }

  /** Sends from a socket outside of the machine, as another user of it would. */
  public void send(SocketId id, TransportAddress destination, byte[] payload) {
    SimulatedSocket socket = sockets.get(id);
    if (socket != null) {
      socket.send(destination, payload, 0);
    }
  }

  /** Ends the machine's life here as a crash would: no event reaches it any more. */
  public void stop() {
    stopped = true;
    sockets.values().forEach(SimulatedSocket::close);
    sockets.clear();
    simulation.forget(this);
  }

  void timeoutIfDue() {
    long deadline = machine.nextDeadline();
    if (!stopped && deadline != Machine.NO_DEADLINE && deadline - simulation.now() <= 0) {
      machine.handleTimeout(simulation.now());
      drain();
    }
  }

  private void drain() {
    if (draining) {
      return; // an event handed in while draining is drained by the loop below
    }
    draining = true;
    try {
      boolean busy = true;
      while (busy && !stopped) {
        busy = false;
        for (Transmit out = machine.pollTransmit(); out != null; out = machine.pollTransmit()) {
          busy = true;
          ports.sending(out);
          SimulatedSocket socket = sockets.get(out.socket());
          if (socket != null) {
            socket.send(out.destination(), out.payload(), out.ttl());
          }
        }
        for (O event = machine.pollEvent(); event != null; event = machine.pollEvent()) {
          busy = true;
          ports.event(event);
        }
      }
    } finally {
      draining = false;
    }
  }
}
