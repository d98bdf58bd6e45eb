package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NetworkConditions;

/** Where there is no direct path, the session stays on the relay and the person is told why. */
class PathRefusalTest {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(40);

  private static final String HERE =
      "UDP gets no answer on this network. A firewall here that lets UDP out would change that, or"
          + " another network, or opening the rendezvous' own UDP ports (usually 3478 and 3479), if"
          + " they are shut there";
  private static final String THERE =
      "UDP gets no answer on the peer's network. A firewall there that lets UDP out would change"
          + " that, or another network";
  private static final String BOTH =
      "UDP gets no answer from the rendezvous at either end. Its own UDP ports (usually 3478 and"
          + " 3479) are likely shut there, and opening them would change that; if they are open,"
          + " firewalls on both networks that let UDP out";
  private static final String AROUND_NAT =
      ". IPv6 on both networks would change that, or port mapping (PCP, NAT-PMP, UPnP) switched on"
          + " in a router that has a public address";

  private static Stream<Arguments> blocked() {
    return Stream.of(
        arguments(Access.UDP_BLOCKED, Access.NONE, HERE, THERE),
        arguments(Access.UDP_BLOCKED, Access.HOME, HERE, THERE),
        arguments(Access.CGNAT, Access.UDP_BLOCKED, THERE, HERE),
        arguments(Access.UDP_BLOCKED, Access.UDP_BLOCKED, BOTH, BOTH));
  }

  @ParameterizedTest
  @MethodSource("blocked")
  void blockedUdpStaysOnTheRelay(Access laptop, Access box, String laptopSays, String boxSays) {
    PathWorld world = new PathWorld(1, laptop, box).connect();
    assertThat(world.until(() -> world.laptop.path() == PathKind.RELAY, Duration.ofSeconds(1)))
        .isTrue();
    assertThat(world.laptop.reason()).isEqualTo("looking for a direct path");
    // long before the checks have failed
    world.run(Duration.ofMillis(2_100));
    assertThat(world.laptop.reason()).isEqualTo(laptopSays);
    assertThat(world.box.reason()).isEqualTo(boxSays);
    world.run(LONG_ENOUGH);
    assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
    assertThat(world.box.path()).isEqualTo(PathKind.RELAY);
    assertThat(world.laptop.reason()).isEqualTo(laptopSays);
    assertThat(world.box.reason()).isEqualTo(boxSays);
    assertThat(world.box.received.size()).isGreaterThan(world.laptop.sent() - 10);
  }

  @Test
  void randomPortsOnBothSidesStayOnTheRelay() {
    String why =
        "this network's NAT hands out random ports and the peer's random ports:"
            + " no method is known to meet there"
            + AROUND_NAT;
    for (int seed = 1; seed <= 10; seed++) {
      PathWorld world = new PathWorld(seed, Access.RANDOM, Access.RANDOM);
      world.connect();
      // as soon as both ends have said what their NATs do, not when the checks have failed
      assertThat(world.until(() -> world.laptop.path() == PathKind.RELAY, Duration.ofSeconds(1)))
          .isTrue();
      assertThat(world.until(() -> world.laptop.reason().equals(why), Duration.ofMillis(700)))
          .as(world.laptop.reason())
          .isTrue();
      assertThat(world.until(() -> world.box.reason().equals(why), Duration.ofMillis(300)))
          .isTrue();
      world.run(LONG_ENOUGH);
      assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
      assertThat(world.laptop.reason()).isEqualTo(why);
      assertThat(world.box.path()).isEqualTo(PathKind.RELAY);
      assertThat(world.box.reason()).isEqualTo(why);
      assertThat(world.laptop.changes)
          .extracting(PathOut.PathChanged::path)
          .containsOnly(PathKind.RELAY);
      // said once, however often it is tried again
      assertThat(world.laptop.changes).hasSize(2);
    }
  }

  /** A pair with a path is told of no doubt, and one that takes a strategy neither. */
  @Test
  void whatComesToADirectPathIsNotDoubted() {
    for (Access there : List.of(Access.HOME, Access.CGNAT, Access.SEQUENTIAL)) {
      PathWorld world = new PathWorld(1, Access.HOME, there).connect();
      assertThat(world.until(world::bothDirect, Duration.ofSeconds(10))).isTrue();
      assertThat(world.laptop.changes)
          .filteredOn(change -> change.path() == PathKind.RELAY)
          .extracting(PathOut.PathChanged::reason)
          .containsExactly("looking for a direct path");
    }
  }

  /** An attempt at once, after 1, 2, 5, 10, 30 s, then three in two minutes; for ever. */
  @Test
  void attemptsGrowRareButNeverEnd() {
    PathWorld world = new PathWorld(1, Access.RANDOM, Access.RANDOM).connect();
    world.run(Duration.ofMinutes(10));
    int after10 = world.exchanges;
    world.run(Duration.ofMinutes(10));
    assertThat(after10).isBetween(17, 21);
    assertThat(world.exchanges - after10).isBetween(14, 16);
    assertThat(world.laptop.openSockets()).hasSize(1);
    assertThat(world.box.openSockets()).hasSize(1);
  }

  @Test
  void onlyTheRelayMeansNoCheckAtAll() {
    PathWorld world = world(RelayPolicy.ONLY, RelayPolicy.AUTO);
    long[] packets = {0};
    world.network.tap(
        packet -> {
          boolean laptop = packet.source().ip().equals(world.laptop.place.nats().get(0).ip());
          packets[0] += laptop && !PathEnd.isServer(packet.destination()) ? 1 : 0;
        });
    world.connect();
    world.run(LONG_ENOUGH);
    assertThat(packets[0]).isZero();
    assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
    assertThat(world.laptop.reason()).isEqualTo("only the relay was asked for");
    assertThat(world.laptop.described.candidates()).isEmpty();
    assertThat(world.box.received.size()).isGreaterThan(world.laptop.sent() - 10);
  }

  @Test
  void neverTheRelayGoesDirectWithoutIt() {
    PathWorld world = world(RelayPolicy.NEVER, RelayPolicy.NEVER).connect();
    assertThat(world.until(world::bothDirect, Duration.ofSeconds(5))).isTrue();
    Runnable lift = world.blackhole();
    world.run(Duration.ofSeconds(20));
    assertThat(world.laptop.path()).isEqualTo(PathKind.NONE);
    lift.run();
    assertThat(world.until(world::bothDirect, Duration.ofSeconds(60))).isTrue();
    assertThat(world.laptop.relayed).isEmpty();
    assertThat(world.box.relayed).isEmpty();
  }

  @Test
  void neverTheRelaySaysWhyThereIsNoPath() {
    PathWorld world =
        new PathWorld(
                1,
                Access.RANDOM,
                Access.RANDOM,
                RelayPolicy.NEVER,
                RelayPolicy.NEVER,
                NetworkConditions.lossless())
            .connect();
    assertThat(world.until(() -> !world.laptop.changes.isEmpty(), Duration.ofSeconds(11))).isTrue();
    PathOut.PathChanged change = world.laptop.changes.get(0);
    assertThat(change.path()).isEqualTo(PathKind.NONE);
    assertThat(change.reason())
        .isEqualTo(
            "this network's NAT maps each destination to another port"
                + " (address-and-port-dependent mapping, random allocation)"
                + AROUND_NAT);
    assertThat(world.laptop.received).isEmpty();
  }

  private static PathWorld world(RelayPolicy laptop, RelayPolicy box) {
    return new PathWorld(1, Access.HOME, Access.CGNAT, laptop, box, NetworkConditions.ordinary());
  }

  /** A peer alone cannot aim hundreds of packets anywhere. */
  @Test
  void noStrategyTowardsAnAddressThatOnlyThePeerNames() {
    PathWorld world = new PathWorld(1, Access.HOME, Access.RANDOM);
    world.rendezvousLies = true;
    Map<TransportAddress, Integer> tried = new HashMap<>();
    world.network.tap(
        packet -> {
          if (packet.source().ip().equals(world.laptop.place.nats().get(0).ip())
              && !PathEnd.isServer(packet.destination())) {
            tried.merge(packet.destination(), 1, Integer::sum);
          }
        });
    world.connect();
    world.run(LONG_ENOUGH);
    assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
    assertThat(world.laptop.reason())
        .startsWith("the rendezvous does not see the peer at an address that the peer names");
    assertThat(tried.size()).isLessThan(40);
  }

  @Test
  void aStrategyThatTheBoxSwitchedOffIsUsedByNeitherEnd() {
    PathWorld world =
        new PathWorld(
                1,
                Access.HOME,
                Access.RANDOM,
                RelayPolicy.AUTO,
                RelayPolicy.AUTO,
                NetworkConditions.ordinary(),
                BulkLimits.ofWords(Set.of("sandwich", "sweep")))
            .connect();
    world.run(LONG_ENOUGH);
    assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
    assertThat(world.laptop.reason())
        .isEqualTo(
            "the strategy for these NATs (birthday) is switched off at the peer" + AROUND_NAT);
    assertThat(world.box.reason())
        .isEqualTo("the strategy for these NATs (birthday) is switched off here" + AROUND_NAT);
    assertThat(world.box.mostExtras).as("only to tell random ports from a block's").isEqualTo(16);
  }

  /** Strategies need the relay to talk over: with it forbidden only plain checks are left. */
  @Test
  void hardNatsStayWithoutAPathWhereTheRelayIsForbidden() {
    for (Access hard : List.of(Access.RANDOM, Access.SEQUENTIAL, Access.BLOCK)) {
      PathWorld world =
          new PathWorld(
                  3,
                  Access.HOME,
                  hard,
                  RelayPolicy.NEVER,
                  RelayPolicy.NEVER,
                  NetworkConditions.lossless())
              .connect();
      world.run(LONG_ENOUGH);
      assertThat(world.laptop.path()).as(hard.name()).isEqualTo(PathKind.NONE);
      assertThat(world.box.mostExtras).isZero();
    }
  }
}
