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
  private boolean paused;
  private long pausedAt;
  private long behind;

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

  /** The host's monotonic time. */
  public long now() {
    return (paused ? pausedAt : simulation.now()) - behind;
  }

  /** Whether the machine stands still: what arrives is lost, no timer fires. */
  public boolean isPaused() {
    return paused;
  }

  /** The host falls asleep, or the process is stopped. */
  public void pause() {
    if (!paused) {
      paused = true;
      pausedAt = simulation.now();
    }
  }

  /**
   * It goes on.
   *
   * @param clockStoodStill whether monotonic time stood still meanwhile, as it does in a sleep; of
   *     a stopped process it goes on, and its timers are all due now
   */
  public void resume(boolean clockStoodStill) {
    if (paused) {
      paused = false;
      behind += clockStoodStill ? simulation.now() - pausedAt : 0;
    }
  }

  /** Hands the machine an event, now; lost while it is paused. */
  public void handle(I event) {
    if (!stopped && !paused) {
      ports.telling(event);
      machine.handle(now(), event);
      drain();
    }
  }

  /** Opens a socket on the host's present address; port 0 takes a free one. */
  public SocketId open(int port) {
    return openOn(host, port);
  }

  /** The same on another interface of this computer's, which is a host to the network. */
  public SocketId openOn(SimulatedHost at, int port) {
    SocketId id = new SocketId(nextSocket++);
    sockets.put(
        id,
        at.open(
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

  /** How many are open. */
  public int openSockets() {
    return sockets.size();
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

  /** Nanoseconds until its timer fires, not negative; the largest long if it does not. */
  long untilDue() {
    long deadline = paused ? Machine.NO_DEADLINE : machine.nextDeadline();
    return deadline == Machine.NO_DEADLINE ? Long.MAX_VALUE : Math.max(0, deadline - now());
  }

  void timeoutIfDue() {
    if (!stopped && untilDue() == 0) {
      machine.handleTimeout(now());
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
