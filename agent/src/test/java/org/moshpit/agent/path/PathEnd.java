package org.moshpit.agent.path;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.SimulatedDriver;
import org.moshpit.testkit.Simulation;

/**
 * One end of a simulated session: a path machine with what the wiring does around it, and an
 * application that sends numbered datagrams.
 */
final class PathEnd implements SimulatedDriver.Ports<PathIn, PathOut> {
  static final TransportAddress STUN = TransportAddress.parse("198.51.100.1:3478");

  private static final Duration STUN_REPEAT = Duration.ofMillis(150);
  private static final int STUN_TRIES = 4;

  final String name;
  final PathMachine machine;
  final Access.Attached place;
  final SimulatedDriver<PathIn, PathOut> driver;

  /** Sequence number → when it arrived, elapsed nanoseconds. */
  final TreeMap<Integer, Long> received = new TreeMap<>();

  final List<PathOut.PathChanged> changes = new ArrayList<>();
  final List<PathOut> log = new ArrayList<>();

  /** When the application's datagrams left over the relay, elapsed nanoseconds. */
  final List<Long> relayed = new ArrayList<>();

  /** The most direct copies of one datagram so far. */
  int directCopies;

  IceDescription described;
  int descriptions;
  boolean canOpen = true;
  Consumer<byte[]> toRelay = bytes -> {};
  Consumer<String> needExchange = reason -> {};
  Runnable onDescribed = () -> {};
  private final Simulation simulation;
  private final List<SocketId> open = new ArrayList<>();
  private final List<SocketId> unanswered = new ArrayList<>();
  private int sent;

  PathEnd(String name, Simulation simulation, PathConfig config, Access.Attached place) {
    this.name = name;
    this.simulation = simulation;
    this.place = place;
    machine = new PathMachine(config, simulation.randomness());
    driver = simulation.drive(machine, place.host(), this);
  }

  /** Opens a socket and asks the STUN server about it, as the wiring does. */
  void openSocket() {
    SocketId id = driver.open(0);
    open.add(id);
    unanswered.add(id);
    driver.handle(new PathIn.SocketOpened(id, driver.base(id)));
    askStun(id, STUN_TRIES);
  }

  private void askStun(SocketId id, int tries) {
    if (tries > 0 && unanswered.contains(id)) {
      driver.send(id, STUN, "?".getBytes(StandardCharsets.US_ASCII));
      simulation.after(STUN_REPEAT, () -> askStun(id, tries - 1));
    }
  }

  /** Has the application send its next datagram. */
  void send() {
    byte[] bytes = ByteBuffer.allocate(40).put((byte) 0x80).position(4).putInt(++sent).array();
    long before = machine.snapshot(simulation.now()).directSent();
    driver.handle(new PathIn.FromApp(bytes));
    long copies = (machine.snapshot(simulation.now()).directSent() - before) / bytes.length;
    directCopies = (int) Math.max(directCopies, copies);
  }

  int sent() {
    return sent;
  }

  List<SocketId> openSockets() {
    return open;
  }

  PathKind path() {
    return machine.snapshot(simulation.now()).path();
  }

  String reason() {
    return machine.snapshot(simulation.now()).reason();
  }

  @Override
  public PathIn datagram(SocketId socket, TransportAddress from, byte[] payload) {
    if (from.equals(STUN)) {
      unanswered.remove(socket);
      TransportAddress seen =
          TransportAddress.parse(new String(payload, StandardCharsets.US_ASCII));
      return new PathIn.ServerReflexive(socket, seen);
    }
    return new PathIn.Datagram(socket, from, payload);
  }

  @Override
  public void event(PathOut event) {
    log.add(event);
    if (event instanceof PathOut.ToApp app) {
      int number = ByteBuffer.wrap(app.bytes()).getInt(4);
      received.putIfAbsent(number, simulation.time().elapsedNanos());
    } else if (event instanceof PathOut.ToRelay relay) {
      relayed.add(simulation.time().elapsedNanos());
      toRelay.accept(relay.bytes());
    } else if (event instanceof PathOut.OpenSocket) {
      if (canOpen) {
        openSocket();
      }
    } else if (event instanceof PathOut.CloseSocket close) {
      open.remove(close.socket());
      driver.close(close.socket());
    } else if (event instanceof PathOut.PathChanged changed) {
      changes.add(changed);
    } else if (event instanceof PathOut.LocalDescription local) {
      described = local.description();
      descriptions++;
      onDescribed.run();
    } else if (event instanceof PathOut.NeedExchange need) {
      needExchange.accept(need.reason());
    }
  }
}
