package org.moshpit.agent.path;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.nat.NatClassifier;
import org.moshpit.common.nat.NatSample;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.SimulatedDriver;
import org.moshpit.testkit.SimulatedHost;
import org.moshpit.testkit.Simulation;

/**
 * One end of a session that lives for days: a path machine with what the wiring does around it, on
 * a host that moves, sleeps and loses its network, and an application that talks as mosh does.
 */
final class DaysEnd implements SimulatedDriver.Ports<PathIn, PathOut> {
  /** When the observer repeats a question nobody answered, seconds from the first. */
  private static final double[] STUN_TIMES = {0, 0.25, 0.75, 1.75, 8, 18, 48, 108};

  private final DaysWorld world;
  private final Simulation simulation;
  private final String name;
  private final SimulatedHost host;
  private final EndWatch watch;
  final PathMachine machine;
  final SimulatedDriver<PathIn, PathOut> driver;
  final DaysLink link;
  final DaysTalk talk;
  DaysPlace place;

  private final List<SocketId> open = new ArrayList<>();
  private final Set<SocketId> extras = new HashSet<>();
  private final Map<SocketId, Map<TransportAddress, TransportAddress>> answers =
      new LinkedHashMap<>();
  private final Map<SocketId, Set<TransportAddress>> proven = new LinkedHashMap<>();
  private final ArrayDeque<Runnable> whenAwake = new ArrayDeque<>();
  private boolean connected = true;
  private int relay;
  private int asks;
  private PathKind path = PathKind.NONE;
  private long pathSince;
  private int changes;

  DaysEnd(DaysWorld world, String name, PathConfig config, DaysPlace place) {
    this.world = world;
    this.name = name;
    this.place = place;
    simulation = world.simulation;
    host = world.network.host(place.segment(), place.ipOf(this));
    watch = new EndWatch(world.watched, name, this::now);
    machine = new PathMachine(config, simulation.randomness());
    driver = simulation.drive(machine, host, this);
    link = new DaysLink(world, this, host);
    talk = new DaysTalk(world, this);
  }

  @Override
  public String toString() {
    return name;
  }

  private long now() {
    return driver.now();
  }

  /** Has something happen once this end has been awake for so long. */
  void later(Duration delay, Runnable action) {
    simulation.after(
        delay,
        () -> {
          if (driver.isPaused()) {
            whenAwake.add(action);
          } else {
            action.run();
          }
        });
  }

  // where it is, and whether it runs

  /** Whether it has a network at all. */
  boolean isConnected() {
    return connected;
  }

  boolean isRunning() {
    return !driver.isPaused();
  }

  /** Goes to another network, or back to the one it had. */
  void moveTo(DaysPlace to) {
    place = to;
    host.move(to.segment(), to.ipOf(this));
    connected = true;
  }

  /** Has no network any more. */
  void disconnect() {
    host.move(world.nowhere, world.addressNowhere(this));
    connected = false;
  }

  void pause() {
    driver.pause();
    link.pause();
    world.exchanges().pause(this);
  }

  void resume(boolean slept) {
    driver.resume(slept);
    link.resume(slept);
    world.exchanges().resume(this, slept);
    for (int due = whenAwake.size(); due > 0; due--) {
      whenAwake.poll().run();
    }
  }

  /** The watch of network and clocks saw something, or thinks so. */
  void sign(String reason) {
    if (isRunning()) {
      world.disturb(DaysWorld.SOON, this + ": " + reason);
      link.networkChanged();
      for (SocketId id : open) {
        answers.get(id).clear();
      }
      askAgain();
      driver.handle(new PathIn.NetworkChanged(reason));
    }
  }

  // the relay

  int relayNumber() {
    return relay;
  }

  /** The box is asked; the relay has that number once its answer has passed the rendezvous. */
  void relayWillBe(int number) {
    if (number != relay) {
      relay = number;
      driver.handle(new PathIn.RelayDown("the rendezvous has another relay for it"));
    }
  }

  /** An exchange was answered. */
  void relayIs(int number) {
    relay = number;
    driver.handle(new PathIn.RelayUp());
  }

  void relayClosed(int number, String reason) {
    if (relay == number && number != 0) {
      relay = 0;
      world.disturb(DaysWorld.SOON, this + ": relay closed: " + reason);
      driver.handle(new PathIn.RelayDown(reason));
      if (this == world.laptop) {
        world.exchanges().laptopWants("the relay was closed");
      }
    }
  }

  void fromRelay(int number, byte[] bytes) {
    if (relay == number) {
      driver.handle(new PathIn.FromRelay(bytes));
    }
  }

  void hinted() {
    world.exchanges().laptopHinted();
  }

  void linkUp() {
    askAgain();
    if (relay != 0) {
      driver.handle(new PathIn.RelayUp());
    }
    if (this == world.laptop) {
      world.exchanges().laptopLinkUp();
    }
  }

  void linkDown() {
    if (this == world.laptop || relay != 0) {
      driver.handle(new PathIn.RelayDown("the rendezvous cannot be reached"));
    }
    if (this == world.laptop) {
      world.exchanges().laptopLinkDown();
    }
  }

  // sockets, and where they are seen

  void openSocket() {
    if (!connected) {
      return;
    }
    SocketId id = driver.open(0);
    open.add(id);
    answers.put(id, new LinkedHashMap<>());
    proven.put(id, new HashSet<>());
    driver.handle(new PathIn.SocketOpened(id, driver.base(id)));
    if (open.contains(id)) {
      askRound(id, asks, 0);
    }
  }

  private void askAgain() {
    asks++;
    for (SocketId id : List.copyOf(open)) {
      askRound(id, asks, 0);
    }
  }

  private void askRound(SocketId id, int round, int step) {
    Map<TransportAddress, TransportAddress> known = answers.get(id);
    if (known == null || round != asks || (step > 0 && known.size() == PathEnd.SERVERS.size())) {
      return;
    }
    for (TransportAddress server : PathEnd.SERVERS) {
      if (!known.containsKey(server) || step == 0) {
        question(id, server);
      }
    }
    int next = Math.min(step + 1, STUN_TIMES.length - 1);
    double wait = step + 1 < STUN_TIMES.length ? STUN_TIMES[next] - STUN_TIMES[step] : 60;
    boolean enough = step >= 3 && !known.isEmpty();
    if (!enough) {
      later(Duration.ofNanos((long) (wait * 1e9)), () -> askRound(id, round, next));
    }
  }

  private void question(SocketId socket, TransportAddress server) {
    world.watched.sent(name, socket, server);
    driver.send(socket, server, new byte[] {'?'});
  }

  private void seen(SocketId socket, TransportAddress server, TransportAddress at) {
    Map<TransportAddress, TransportAddress> known = answers.get(socket);
    boolean first = known.isEmpty();
    known.put(server, at);
    if (first) {
      link.say(() -> world.rendezvous.claimed(this, at));
    }
    if (known.size() == PathEnd.SERVERS.size()) {
      classify(socket, known);
    }
  }

  private void classify(SocketId socket, Map<TransportAddress, TransportAddress> known) {
    List<NatSample> samples = new ArrayList<>();
    for (TransportAddress server : PathEnd.SERVERS) {
      samples.add(new NatSample(socket, driver.base(socket), server, known.get(server)));
    }
    NatBehaviour nat = NatClassifier.classify(samples);
    if (nat.mapping() != Mapping.UNKNOWN) {
      simulation.after(
          Duration.ZERO,
          () -> driver.handle(new PathIn.LocalNat(nat.mapping().word(), nat.allocation().word())));
    }
  }

  int openSockets() {
    return open.size();
  }

  int extraSockets() {
    return extras.size();
  }

  // what carries

  PathKind path() {
    return path;
  }

  /** Since when, elapsed nanoseconds. */
  long pathSince() {
    return pathSince;
  }

  int changes() {
    return changes;
  }

  @Override
  public PathIn datagram(SocketId socket, TransportAddress from, byte[] payload) {
    if (PathEnd.isServer(from)) {
      if (!isRunning()) {
        return null;
      }
      TransportAddress at = TransportAddress.parse(new String(payload, StandardCharsets.US_ASCII));
      if (extras.contains(socket)) {
        return new PathIn.ExtraSeen(socket, choice(from), at);
      }
      if (answers.containsKey(socket)) {
        seen(socket, from, at);
        return new PathIn.ServerReflexive(socket, at);
      }
      return null;
    }
    if (isRunning() && payload.length > 20 && payload[0] == 1 && payload[1] == 1) {
      proven.computeIfAbsent(socket, id -> new HashSet<>()).add(from);
    }
    return new PathIn.Datagram(socket, from, payload);
  }

  private static ServerChoice choice(TransportAddress server) {
    return switch (PathEnd.SERVERS.indexOf(server)) {
      case 0 -> ServerChoice.FIRST;
      case 1 -> ServerChoice.OTHER_PORT;
      default -> ServerChoice.OTHER_ADDRESS;
    };
  }

  private static TransportAddress server(ServerChoice choice) {
    return switch (choice) {
      case FIRST -> PathEnd.SERVERS.get(0);
      case OTHER_PORT -> PathEnd.SERVERS.get(1);
      case OTHER_ADDRESS -> PathEnd.SERVERS.get(2);
    };
  }

  @Override
  public void telling(PathIn event) {
    watch.told(event);
  }

  @Override
  public void sending(Transmit transmit) {
    watch.sent(transmit);
    talk.packetLeft();
    if (DaysTalk.isTalk(transmit.payload())) {
      boolean known =
          proven.getOrDefault(transmit.socket(), Set.of()).contains(transmit.destination());
      world.invariants.onlyToProven(this, transmit.destination(), known);
      talk.leftDirectly();
    }
  }

  @Override
  public void event(PathOut event) {
    watch.said(event);
    if (event instanceof PathOut.ToApp app) {
      talk.heard(app.bytes());
    } else if (event instanceof PathOut.ToRelay relayed) {
      if (DaysTalk.isTalk(relayed.bytes())) {
        talk.leftOverRelay();
      }
      int number = relay;
      if (number != 0) {
        link.say(() -> world.rendezvous.datagram(this, number, relayed.bytes()));
      }
    } else if (event instanceof PathOut.OpenSocket) {
      later(Duration.ofMillis(3), this::openSocket);
    } else if (event instanceof PathOut.OpenExtra wanted) {
      for (int i = 0; connected && i < wanted.count(); i++) {
        SocketId id = driver.open(0);
        extras.add(id);
        driver.handle(new PathIn.ExtraOpened(id, driver.base(id)));
      }
    } else if (event instanceof PathOut.AskServer question) {
      ask(question);
    } else if (event instanceof PathOut.CloseSocket close) {
      extras.remove(close.socket());
      open.remove(close.socket());
      answers.remove(close.socket());
      proven.remove(close.socket());
      driver.close(close.socket());
    } else if (event instanceof PathOut.LocalDescription local) {
      if (this == world.laptop) {
        world.exchanges().laptopDescribed(local.description());
      } else {
        world.exchanges().boxDescribed(local.description());
      }
    } else if (event instanceof PathOut.NeedExchange need) {
      if (this == world.laptop) {
        world.exchanges().laptopWants(need.reason());
      } else {
        world.exchanges().boxWants();
      }
    } else {
      changed(event);
    }
  }

  private void ask(PathOut.AskServer question) {
    TransportAddress server = server(question.server());
    question(question.socket(), server);
    later(
        Duration.ofMillis(250),
        () -> {
          if (extras.contains(question.socket())) {
            question(question.socket(), server);
          }
        });
  }

  private void changed(PathOut event) {
    if (event instanceof PathOut.PathChanged change) {
      if (change.path() != path) {
        pathSince = simulation.time().elapsedNanos();
        changes++;
      }
      path = change.path();
    }
    if (event instanceof PathOut.StateChanged || event instanceof PathOut.SearchChanged) {
      world.tell(this + " " + event);
    }
  }
}
