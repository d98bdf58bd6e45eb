package org.moshpit.agent.path;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NatBehaviour;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.Packet;
import org.moshpit.testkit.Segment;
import org.moshpit.testkit.SimulatedHost;
import org.moshpit.testkit.SimulatedNetwork;
import org.moshpit.testkit.SimulatedSocket;
import org.moshpit.testkit.Simulation;

/**
 * A laptop, a box and a rendezvous for days: the networks the two can be in, what is wrong with
 * them now, and since when nothing has been.
 */
final class DaysWorld {
  /** After a change that was noticed, or after an end's link is there, so long may it take. */
  static final Duration SOON = Duration.ofSeconds(2);

  /**
   * The same of a change that nobody is told of: until a datagram asks for a check (3 s), and its
   * answer is owed (2.5 s) at both ends, and then as above.
   */
  static final Duration UNNOTICED = Duration.ofSeconds(11);

  private static final int STORY = 60;

  final Simulation simulation;
  final SimulatedNetwork network;
  final Segment nowhere;
  final DaysRendezvous rendezvous;
  final DaysEnd laptop;
  final DaysEnd box;
  final List<DaysPlace> laptopPlaces = new ArrayList<>();
  final List<DaysPlace> boxPlaces = new ArrayList<>();
  final DaysInvariants invariants;
  final Invariants watched;
  private final SplittableRandom random;
  private final DaysExchanges exchanges;
  private final ArrayDeque<String> story = new ArrayDeque<>();
  private final Map<TransportAddress, SimulatedSocket> stun = new HashMap<>();
  private NetworkConditions conditions = NetworkConditions.ordinary();
  private int blackholes;
  private int addresses;
  private long calmFrom;
  private long disturbedAt;
  private boolean evening;
  private boolean quiet;

  DaysWorld(long seed, Function<DaysWorld, DaysExchanges> exchanges) {
    simulation = new Simulation(seed);
    random = simulation.randomness();
    network = new SimulatedNetwork(simulation, conditions);
    nowhere = network.nat(NatBehaviour.udpBlocked(), network.internet(), "198.18.255.254").inside();
    rendezvous = new DaysRendezvous(this);
    invariants = new DaysInvariants(this, seed);
    watched = new Invariants(simulation, "days", seed);
    openStun();
    openPlaces();
    laptop = end("laptop", IceRole.CONTROLLING, laptopPlaces.get(0));
    box = end("box", IceRole.CONTROLLED, boxPlaces.get(0));
    this.exchanges = exchanges.apply(this);
    network.tapLosses(this::lost);
  }

  private DaysEnd end(String name, IceRole role, DaysPlace place) {
    PathConfig config = new PathConfig(role, RelayPolicy.AUTO, BulkLimits.standard());
    return new DaysEnd(this, name, config, place);
  }

  private void openStun() {
    Map<String, SimulatedHost> servers = new HashMap<>();
    for (TransportAddress address : PathEnd.SERVERS) {
      SimulatedHost server =
          servers.computeIfAbsent(
              address.ip().getHostAddress(), ip -> network.host(network.internet(), ip));
      stun.put(address, server.open(address.port(), (from, question) -> answer(address, from)));
    }
  }

  private void answer(TransportAddress server, TransportAddress from) {
    if (rendezvous.isReachable()) {
      stun.get(server).send(from, from.toString().getBytes(StandardCharsets.US_ASCII), 0);
    }
  }

  /** The laptop has five networks, the last of which is the box's first one; the box has three. */
  private void openPlaces() {
    int side = 1;
    for (; side <= 4; side++) {
      laptopPlaces.add(place(side, "laptop"));
    }
    for (; side <= 7; side++) {
      boxPlaces.add(place(side, "box"));
    }
    DaysPlace home = boxPlaces.get(0);
    if (!home.nats().isEmpty()) {
      laptopPlaces.add(home);
    }
  }

  private DaysPlace place(int side, String owner) {
    Access[] easy = {
      Access.HOME, Access.CGNAT, Access.HOME_AND_CGNAT, Access.NONE, Access.EIF, Access.ADF
    };
    Access[] all = Access.values();
    Access access =
        random.nextInt(4) == 0 ? all[random.nextInt(all.length)] : easy[random.nextInt(6)];
    Access.Site site = access.site(network, side);
    Duration lifetime = Duration.ofSeconds(random.nextInt(10, 200));
    return new DaysPlace(site, owner, lifetime, random.nextBoolean());
  }

  DaysEnd other(DaysEnd end) {
    return end == laptop ? box : laptop;
  }

  DaysExchanges exchanges() {
    return exchanges;
  }

  /** From the offer on: sockets, links, the first exchange, and applications that talk. */
  void begin() {
    laptop.link.start();
    box.link.start();
    laptop.openSocket();
    box.openSocket();
    simulation.after(Duration.ofSeconds(2), () -> exchanges.laptopWants("the offer"));
    laptop.talk.begin();
    box.talk.begin();
    disturb(Duration.ofSeconds(6), "begin");
    simulation.after(Duration.ofSeconds(1), this::tick);
  }

  private void tick() {
    laptop.talk.judge();
    box.talk.judge();
    invariants.look();
    simulation.after(Duration.ofSeconds(1), this::tick);
  }

  // what is wrong

  /** Something changed, and so long from now on nothing may be expected. */
  void disturb(Duration grace, String what) {
    tell(what);
    disturbedAt = simulation.time().elapsedNanos();
    calmFrom = Math.max(calmFrom, disturbedAt + grace.toNanos());
    if (box != null) {
      laptop.link.look();
      box.link.look();
    }
  }

  /** Remembers a line for the message of a failure. */
  void tell(String what) {
    story.add(at(simulation.time().elapsedNanos()) + " " + what);
    if (story.size() > STORY) {
      story.poll();
    }
  }

  static String at(long elapsedNanos) {
    long millis = elapsedNanos / 1_000_000;
    return String.format(
        "%02d:%02d:%02d.%03d",
        millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, millis % 1000);
  }

  String story() {
    return String.join("\n", story);
  }

  /** What is sent from then on may be expected to arrive; elapsed nanoseconds. */
  long calmFrom() {
    return calmFrom;
  }

  /** When something last changed; elapsed nanoseconds. */
  long disturbedAt() {
    return disturbedAt;
  }

  /** Whether frames to the rendezvous pass. */
  boolean carries(DaysEnd end) {
    return end.isRunning()
        && end.isConnected()
        && !end.place.isRouterDown()
        && rendezvous.isReachable();
  }

  boolean bothLinked() {
    return laptop.link.isLive() && box.link.isLive();
  }

  /** Whether plain checks between the two would meet, and exchanges for them pass. */
  boolean isDirectPossible() {
    return bothLinked() && blackholes == 0 && laptop.place.isEasy() && box.place.isEasy();
  }

  /** Whether somebody types. */
  boolean typing() {
    return laptop.talk.isTyping();
  }

  double loss() {
    return conditions.loss();
  }

  void weather(NetworkConditions changed) {
    conditions = changed;
    network.conditions(changed);
  }

  /** The core drops what one end sends to the other, until the returned action is run. */
  Runnable blackhole(DaysEnd from) {
    blackholes++;
    DaysEnd to = other(from);
    Runnable lift =
        network.block(
            packet ->
                packet.source().ip().getHostAddress().equals(from.place.publicIp())
                    && packet.destination().ip().getHostAddress().equals(to.place.publicIp()));
    return () -> {
      blackholes--;
      lift.run();
    };
  }

  /** A public address nobody has had. */
  String freshAddress() {
    addresses++;
    return "198.18." + addresses / 250 + "." + (1 + addresses % 250);
  }

  String addressNowhere(DaysEnd end) {
    return end == laptop ? "192.168.254.1" : "192.168.254.2";
  }

  private void lost(Packet packet) {
    if (DaysTalk.isTalk(packet.payload())) {
      (packet.payload()[1] == 1 ? laptop : box).talk.lost(packet);
    }
  }

  /** Nothing happens any more: what must come right in the end comes right now. */
  void evening() {
    evening = true;
  }

  /** Nobody types. */
  void quiet(boolean yes) {
    quiet = yes;
  }

  boolean isQuiet() {
    return quiet || evening;
  }

  boolean isEvening() {
    return evening;
  }
}
