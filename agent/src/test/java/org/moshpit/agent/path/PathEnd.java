package org.moshpit.agent.path;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.nat.NatClassifier;
import org.moshpit.common.nat.NatSample;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.SimulatedDriver;
import org.moshpit.testkit.SimulatedHost;
import org.moshpit.testkit.Simulation;

/**
 * One end of a simulated session: a path machine with what the wiring does around it, and an
 * application that sends numbered datagrams.
 */
final class PathEnd implements SimulatedDriver.Ports<PathIn, PathOut> {
  /** Two addresses with two ports each, in the order in which they are asked. */
  static final List<TransportAddress> SERVERS =
      Stream.of("198.51.100.1:3478", "198.51.100.1:3479", "198.51.100.2:3478", "198.51.100.2:3479")
          .map(TransportAddress::parse)
          .toList();

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

  IceDescription described;
  int descriptions;
  boolean canOpen = true;

  /** Further interfaces, each of which gets a socket of its own. */
  final List<SimulatedHost> more = new ArrayList<>();

  Consumer<byte[]> toRelay = bytes -> {};
  Consumer<String> needExchange = reason -> {};
  Runnable onDescribed = () -> {};

  /** Has the router map a port to a socket bound there; null without such a router. */
  UnaryOperator<TransportAddress> mapPort;

  /** Claims to the rendezvous that a socket was seen there. */
  Consumer<TransportAddress> onSeen = address -> {};

  final EndWatch watch;
  private final Simulation simulation;
  private final Invariants invariants;
  private final List<SocketId> open = new ArrayList<>();
  private final Map<SocketId, Map<TransportAddress, TransportAddress>> answers =
      new LinkedHashMap<>();
  private final Set<SocketId> extras = new HashSet<>();
  int mostExtras;
  private int sent;

  PathEnd(
      String name,
      Simulation simulation,
      Invariants invariants,
      PathConfig config,
      Access.Attached place) {
    this.name = name;
    this.simulation = simulation;
    this.invariants = invariants;
    watch = new EndWatch(invariants, name);
    this.place = place;
    machine = new PathMachine(config, simulation.randomness());
    driver = simulation.drive(machine, place.host(), this);
  }

  /** Opens a socket and asks the STUN server about it, as the wiring does. */
  void openSocket() {
    adopt(driver.open(0));
    more.forEach(host -> adopt(driver.openOn(host, 0)));
  }

  private void adopt(SocketId id) {
    open.add(id);
    answers.put(id, new LinkedHashMap<>());
    driver.handle(new PathIn.SocketOpened(id, driver.base(id)));
    if (mapPort != null) {
      driver.handle(new PathIn.PortMapped(id, mapPort.apply(driver.base(id))));
    }
    askStun(id, STUN_TRIES);
  }

  private void askStun(SocketId id, int tries) {
    if (tries > 0 && open.contains(id) && answers.get(id).size() < SERVERS.size()) {
      for (TransportAddress server : SERVERS) {
        if (!answers.get(id).containsKey(server)) {
          ask(id, server);
        }
      }
      simulation.after(STUN_REPEAT, () -> askStun(id, tries - 1));
    }
  }

  private void ask(SocketId id, TransportAddress server) {
    invariants.sent(name, id, server);
    driver.send(id, server, "?".getBytes(StandardCharsets.US_ASCII));
  }

  /** Where the rendezvous sees the latest socket. */
  Optional<TransportAddress> seenAt() {
    return open.isEmpty()
        ? Optional.empty()
        : answers.get(open.get(open.size() - 1)).values().stream().findFirst();
  }

  static boolean isServer(TransportAddress address) {
    return SERVERS.stream().anyMatch(server -> server.ip().equals(address.ip()));
  }

  /** What the observer tells of the NAT, as soon as every server has answered a socket. */
  private void classify() {
    List<NatSample> samples = new ArrayList<>();
    answers.forEach(
        (id, seen) -> {
          if (open.contains(id) && seen.size() == SERVERS.size()) {
            for (TransportAddress server : SERVERS) {
              samples.add(new NatSample(id, driver.base(id), server, seen.get(server)));
            }
          }
        });
    NatBehaviour nat = NatClassifier.classify(samples);
    if (nat.mapping() != Mapping.UNKNOWN) {
      driver.handle(new PathIn.LocalNat(nat.mapping().word(), nat.allocation().word()));
    }
  }

  /** Has the application send its next datagram. */
  void send() {
    byte[] bytes = ByteBuffer.allocate(40).put((byte) 0x80).position(4).putInt(++sent).array();
    driver.handle(new PathIn.FromApp(bytes));
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

  String relayReason() {
    return machine.snapshot(simulation.now()).relayReason();
  }

  @Override
  public PathIn datagram(SocketId socket, TransportAddress from, byte[] payload) {
    if (SERVERS.contains(from)) {
      TransportAddress seen =
          TransportAddress.parse(new String(payload, StandardCharsets.US_ASCII));
      if (extras.contains(socket)) {
        return new PathIn.ExtraSeen(socket, choice(from), seen);
      }
      if (answers.get(socket).isEmpty()) {
        onSeen.accept(seen);
      }
      answers.get(socket).put(from, seen);
      simulation.after(Duration.ZERO, this::classify);
      return new PathIn.ServerReflexive(socket, seen);
    }
    return new PathIn.Datagram(socket, from, payload);
  }

  private static ServerChoice choice(TransportAddress server) {
    return switch (SERVERS.indexOf(server)) {
      case 0 -> ServerChoice.FIRST;
      case 1 -> ServerChoice.OTHER_PORT;
      default -> ServerChoice.OTHER_ADDRESS;
    };
  }

  private static TransportAddress server(ServerChoice choice) {
    return switch (choice) {
      case FIRST -> SERVERS.get(0);
      case OTHER_PORT -> SERVERS.get(1);
      case OTHER_ADDRESS -> SERVERS.get(2);
    };
  }

  @Override
  public void telling(PathIn event) {
    watch.told(event);
  }

  @Override
  public void sending(Transmit out) {
    watch.sent(out);
  }

  @Override
  public void event(PathOut event) {
    watch.said(event);
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
    } else if (event instanceof PathOut.OpenExtra wanted) {
      for (int i = 0; i < wanted.count(); i++) {
        SocketId id = driver.open(0);
        extras.add(id);
        mostExtras = Math.max(mostExtras, extras.size());
        driver.handle(new PathIn.ExtraOpened(id, driver.base(id)));
      }
    } else if (event instanceof PathOut.AskServer question) {
      // as the observer does, with one repetition
      TransportAddress server = server(question.server());
      ask(question.socket(), server);
      simulation.after(
          Duration.ofMillis(250),
          () -> {
            if (extras.contains(question.socket())) {
              ask(question.socket(), server);
            }
          });
    } else if (event instanceof PathOut.CloseSocket close) {
      extras.remove(close.socket());
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
