package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NatBehaviour;
import org.moshpit.testkit.NetworkConditions;

/** What a person lives through, on fake time. */
class PathScenarioTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private static PathWorld direct(long seed, Access laptop, Access box) {
    PathWorld world = new PathWorld(seed, laptop, box).connect();
    assertThat(world.until(world::bothDirect, SOON)).isTrue();
    world.run(Duration.ofSeconds(5));
    return world;
  }

  @Test
  void theRelayCarriesUntilThePathIsDirectAndNothingIsMissing() {
    PathWorld world =
        new PathWorld(
                7,
                Access.HOME,
                Access.CGNAT,
                RelayPolicy.AUTO,
                RelayPolicy.AUTO,
                NetworkConditions.lossless())
            .connect();
    assertThat(world.until(() -> world.laptop.path() == PathKind.RELAY, SOON)).isTrue();
    int first = world.laptop.sent() + 1;
    world.run(Duration.ofSeconds(10));
    assertThat(world.bothDirect()).isTrue();
    int last = world.laptop.sent() - 2; // the last ones are still on their way
    assertThat(world.box.received.keySet()).containsAll(range(first, last));
    assertThat(world.laptop.changes)
        .extracting(PathOut.PathChanged::path)
        .containsExactly(PathKind.RELAY, PathKind.DIRECT);
    PathOut.PathChanged change = world.laptop.changes.get(1);
    assertThat(change.remote().toString()).startsWith("203.0.113.2:");
    assertThat(change.rttMillis()).isBetween(99L, 105L);
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  /** Invariant: no session datagram over the relay once direct, beyond the overlap. */
  @ParameterizedTest
  @EnumSource(
      value = Access.class,
      names = {"NONE", "HOME", "CGNAT", "HOME_AND_CGNAT", "EIF", "ADF"})
  void afterTheOverlapNothingUsesTheRelay(Access box) {
    for (int seed = 1; seed <= 4; seed++) {
      PathWorld world = direct(seed, Access.HOME, box);
      world.run(Duration.ofMinutes(5));
      for (PathEnd end : List.of(world.laptop, world.box)) {
        long switchedBy = Duration.ofSeconds(4).toNanos();
        assertThat(end.relayed).as(end.name + ", seed " + seed).allMatch(at -> at < switchedBy);
        assertThat(end.path()).isEqualTo(PathKind.DIRECT);
      }
    }
  }

  /** The same of a session nobody types in: heartbeats only. */
  @Test
  void anIdleSessionNeverUsesTheRelay() {
    for (int seed = 1; seed <= 3; seed++) {
      PathWorld world = direct(seed, Access.HOME, Access.CGNAT);
      world.interval = Duration.ofSeconds(3);
      int relayed = world.laptop.relayed.size() + world.box.relayed.size();
      world.run(Duration.ofMinutes(30));
      assertThat(world.laptop.relayed.size() + world.box.relayed.size()).isEqualTo(relayed);
      assertThat(world.laptop.changes).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"HOME, CGNAT", "NONE, HOME", "HOME_AND_CGNAT, EIF", "ADF, HOME_AND_CGNAT"})
  void aDeadPathFallsBackToTheRelayAndIsRepaired(Access laptop, Access box) {
    for (int seed = 1; seed <= 10; seed++) {
      PathWorld world = direct(seed, laptop, box);
      int before = world.laptop.sent();
      Runnable lift = world.blackhole();
      boolean relayed =
          world.until(
              () -> world.laptop.path() == PathKind.RELAY && world.box.path() == PathKind.RELAY,
              Duration.ofSeconds(13));
      assertThat(relayed).as("on the relay, seed " + seed).isTrue();
      assertThat(world.laptop.reason()).startsWith("no answer from ");
      world.run(Duration.ofSeconds(60));
      lift.run();
      assertThat(world.until(world::bothDirect, Duration.ofSeconds(75)))
          .as("direct again, seed " + seed)
          .isTrue();
      assertThat(gaps(world.box, before)).as("longest silence, seed " + seed).isLessThan(4.5);
      assertThat(gaps(world.laptop, before)).isLessThan(4.5);
    }
  }

  /** Seconds of the longest time without anything from the peer's application. */
  static double gaps(PathEnd end, int from) {
    long last = -1;
    long longest = 0;
    for (long at : end.received.tailMap(from).values().stream().sorted().toList()) {
      longest = last < 0 ? 0 : Math.max(longest, at - last);
      last = at;
    }
    return longest / 1e9;
  }

  @Test
  void aShortOutageChangesNothingThatAPersonSees() {
    PathWorld world = direct(3, Access.HOME, Access.CGNAT);
    int changes = world.laptop.changes.size();
    Runnable lift = world.blackhole();
    world.run(Duration.ofSeconds(4));
    lift.run();
    world.run(Duration.ofSeconds(5));
    assertThat(world.laptop.machine.state()).isEqualTo(PathState.DIRECT);
    assertThat(world.laptop.changes).hasSize(changes);
    assertThat(world.laptop.openSockets()).hasSize(1);
  }

  /** The laptop takes another network: another address behind another NAT, old socket mute. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void roamsToAnotherNetwork(long seed) {
    PathWorld world = direct(seed, Access.HOME, Access.CGNAT);
    int before = world.laptop.sent();
    var cafe = world.network.nat(NatBehaviour.home(), world.network.internet(), "198.51.100.77");
    world.laptop.place.host().move(cafe.inside(), "10.0.0.5");
    world.laptop.driver.handle(new PathIn.NetworkChanged("new Wi-Fi"));
    assertThat(
            world.until(
                () ->
                    world.box.machine.snapshot(world.simulation.now()).remote() != null
                        && world
                            .box
                            .machine
                            .snapshot(world.simulation.now())
                            .remote()
                            .toString()
                            .startsWith("198.51.100.77:"),
                SOON))
        .isTrue();
    world.run(Duration.ofSeconds(10));
    assertThat(world.bothDirect()).isTrue();
    assertThat(world.laptop.machine.snapshot(world.simulation.now()).roams()).isEqualTo(1);
    assertThat(gaps(world.box, before)).isLessThan(0.5);
    assertThat(gaps(world.laptop, before)).isLessThan(1.0);
    assertThat(world.laptop.openSockets()).hasSize(1);
    assertThat(world.box.openSockets()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theBoxRoams(long seed) {
    PathWorld world = direct(seed, Access.HOME, Access.CGNAT);
    var other = world.network.nat(NatBehaviour.home(), world.network.internet(), "198.51.100.77");
    world.box.place.host().move(other.inside(), "10.0.0.5");
    int before = world.box.sent();
    world.box.driver.handle(new PathIn.NetworkChanged("new address"));
    world.run(Duration.ofSeconds(8));
    assertThat(world.bothDirect()).isTrue();
    assertThat(world.laptop.machine.snapshot(world.simulation.now()).remote().toString())
        .startsWith("198.51.100.77:");
    assertThat(gaps(world.laptop, before)).isLessThan(0.5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRouterRestarts(boolean newAddress) {
    PathWorld world = direct(5, Access.HOME, Access.CGNAT);
    int before = world.laptop.sent();
    if (newAddress) {
      world.laptop.place.nats().get(0).readdress("203.0.113.99");
    } else {
      world.box.place.nats().get(0).reboot();
    }
    world.run(Duration.ofSeconds(30));
    assertThat(world.bothDirect()).isTrue();
    assertThat(gaps(world.box, before)).isLessThan(4.5);
    assertThat(gaps(world.laptop, before)).isLessThan(4.5);
  }

  @Test
  void anIdleSessionKeepsItsPathThroughAShortLivedMapping() {
    PathWorld world = new PathWorld(2, Access.HOME, Access.CGNAT);
    var brief = NatBehaviour.cgnat().withTimeout(Duration.ofSeconds(10), false);
    world.box.place.nats().get(0).behave(brief);
    world.connect();
    assertThat(world.until(world::bothDirect, SOON)).isTrue();
    world.quiet = true;
    world.run(Duration.ofMinutes(10));
    assertThat(world.bothDirect()).isTrue();
    assertThat(world.laptop.changes).hasSize(2);
  }

  @Test
  void theRendezvousMayGoAwayOnceThePathIsDirect() {
    PathWorld world = direct(4, Access.HOME, Access.CGNAT);
    world.rendezvousReachable = false;
    world.relayDown();
    int before = world.laptop.sent();
    world.run(Duration.ofMinutes(2));
    assertThat(world.bothDirect()).isTrue();
    assertThat(gaps(world.box, before)).isLessThan(0.5);
    Runnable lift = world.blackhole();
    world.run(Duration.ofSeconds(30));
    assertThat(world.laptop.path()).isEqualTo(PathKind.NONE);
    lift.run();
    world.run(Duration.ofSeconds(30));
    world.rendezvousReachable = true;
    world.relayBack();
    assertThat(world.until(world::bothDirect, Duration.ofSeconds(65))).isTrue();
  }

  @Test
  void nothingIsSentAfterClose() {
    PathWorld world = direct(6, Access.HOME, Access.CGNAT);
    world.laptop.driver.handle(new PathIn.Close());
    assertThat(world.laptop.openSockets()).isEmpty();
    long[] packets = {0};
    world.network.tap(
        packet -> {
          if (packet.source().ip().getHostAddress().equals("203.0.113.1")) {
            packets[0]++;
          }
        });
    int relayed = world.laptop.relayed.size();
    world.run(Duration.ofMinutes(3));
    assertThat(packets[0]).isZero();
    assertThat(world.laptop.relayed).hasSize(relayed);
    assertThat(world.laptop.machine.nextDeadline()).isEqualTo(PathMachine.NO_DEADLINE);
    assertThat(world.laptop.machine.state()).isEqualTo(PathState.CLOSED);
  }

  /** Make before break: while a new generation takes over, the old path is still heard. */
  @Test
  void aChangeOfPathLosesNothing() {
    for (int seed = 1; seed <= 5; seed++) {
      PathWorld world =
          new PathWorld(
                  seed,
                  Access.HOME,
                  Access.CGNAT,
                  RelayPolicy.AUTO,
                  RelayPolicy.AUTO,
                  NetworkConditions.lossless())
              .connect();
      world.run(SOON);
      int fromLaptop = world.laptop.sent() + 1;
      int fromBox = world.box.sent() + 1;
      world.laptop.driver.handle(new PathIn.NetworkChanged("nothing really"));
      world.run(SOON);
      assertThat(world.laptop.machine.localDescription().generation()).isEqualTo(2);
      assertThat(world.box.received.keySet())
          .containsAll(range(fromLaptop, world.laptop.sent() - 2));
      assertThat(world.laptop.received.keySet()).containsAll(range(fromBox, world.box.sent() - 2));
      world.run(SOON);
      assertThat(world.laptop.openSockets()).hasSize(1);
      assertThat(world.bothDirect()).isTrue();
    }
  }

  private static void blockTheBoxsChecks(PathWorld world) {
    world.network.block(
        packet ->
            packet.source().ip().equals(world.box.place.nats().get(0).ip())
                && packet.payload().length > 20
                && packet.payload()[0] == 0
                && packet.payload()[1] == 1);
  }

  /** The box's own checks never get through, though the laptop's do: only one end goes direct. */
  @Test
  void aPathThatOnlyOneEndBelievesInStarvesNobody() {
    PathWorld world = new PathWorld(1, Access.NONE, Access.HOME);
    blockTheBoxsChecks(world);
    world.connect();
    assertThat(world.until(() -> world.laptop.path() == PathKind.DIRECT, SOON)).isTrue();
    int before = world.laptop.sent();
    world.run(Duration.ofSeconds(60));
    assertThat(world.box.path()).isEqualTo(PathKind.RELAY);
    assertThat(gaps(world.box, before)).isLessThan(4.5);
  }

  /** The same: the box takes nothing from where no check of its own was answered. */
  @Test
  void aPathThatThePeerHasNotProvenCarriesNothingAlone() {
    PathWorld world =
        new PathWorld(
            1,
            Access.NONE,
            Access.HOME,
            RelayPolicy.AUTO,
            RelayPolicy.AUTO,
            NetworkConditions.lossless());
    blockTheBoxsChecks(world);
    world.connect();
    assertThat(world.until(() -> world.laptop.path() == PathKind.DIRECT, SOON)).isTrue();
    int first = world.laptop.sent();
    world.run(Duration.ofSeconds(60));
    assertThat(world.laptop.log)
        .filteredOn(PathOut.StateChanged.class::isInstance)
        .extracting(event -> ((PathOut.StateChanged) event).to())
        .contains(PathState.OVERLAP)
        .doesNotContain(PathState.DIRECT);
    assertThat(world.box.received.keySet()).containsAll(range(first, world.laptop.sent() - 2));
  }

  /** Why the relay carries is told again once it does, and not why it did not. */
  @ParameterizedTest
  @CsvSource({"ONLY, only the relay was asked for", "AUTO, random ports"})
  void anOutageIsNoReasonForTheRelay(RelayPolicy policy, String reason) {
    PathWorld world =
        new PathWorld(
            1,
            Access.RANDOM,
            Access.RANDOM,
            policy,
            RelayPolicy.AUTO,
            NetworkConditions.ordinary());
    world.connect();
    world.run(Duration.ofSeconds(5));
    assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
    String before = world.laptop.reason();
    world.relayDown();
    assertThat(world.laptop.reason()).isEqualTo("the link to the rendezvous is down");
    assertThat(world.laptop.relayReason()).isEqualTo(before);
    world.rendezvousReachable = false;
    world.run(Duration.ofMinutes(5));
    world.rendezvousReachable = true;
    world.relayBack();
    assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
    assertThat(world.laptop.reason()).isEqualTo(before).contains(reason);
  }
}
