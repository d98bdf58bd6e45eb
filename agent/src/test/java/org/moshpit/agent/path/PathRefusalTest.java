package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NetworkConditions;

/** Where there is no direct path, the session stays on the relay and the person is told why. */
class PathRefusalTest {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(40);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UDP_BLOCKED | NONE        | UDP gets no answer on this network"
            + " | UDP gets no answer on the peer's network",
        "UDP_BLOCKED | HOME        | UDP gets no answer on this network"
            + " | UDP gets no answer on the peer's network",
        "CGNAT       | UDP_BLOCKED | UDP gets no answer on the peer's network"
            + " | UDP gets no answer on this network",
        "UDP_BLOCKED | UDP_BLOCKED | UDP gets no answer on this network;"
            + " UDP gets no answer on the peer's network"
            + " | UDP gets no answer on this network; UDP gets no answer on the peer's network",
      })
  void blockedUdpStaysOnTheRelay(Access laptop, Access box, String laptopSays, String boxSays) {
    PathWorld world = new PathWorld(1, laptop, box).connect();
    world.run(LONG_ENOUGH);
    assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
    assertThat(world.box.path()).isEqualTo(PathKind.RELAY);
    assertThat(world.laptop.reason()).isEqualTo(laptopSays);
    assertThat(world.box.reason()).isEqualTo(boxSays);
    assertThat(world.box.received.size()).isGreaterThan(world.laptop.sent() - 10);
  }

  @Test
  void randomPortsOnBothSidesStayOnTheRelay() {
    for (int seed = 1; seed <= 10; seed++) {
      PathWorld world = new PathWorld(seed, Access.RANDOM, Access.RANDOM);
      world.connect();
      world.run(LONG_ENOUGH);
      assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
      assertThat(world.laptop.reason())
          .isEqualTo(
              "this network's NAT hands out random ports and the peer's random ports:"
                  + " no method is known to meet there");
      assertThat(world.box.path()).isEqualTo(PathKind.RELAY);
      assertThat(world.box.reason()).isEqualTo(world.laptop.reason());
      assertThat(world.laptop.changes)
          .extracting(PathOut.PathChanged::path)
          .containsOnly(PathKind.RELAY);
    }
  }

  /** An attempt at once, after 1, 2, 5, 10, 30, 60 s, then each minute; for as long as it takes. */
  @Test
  void attemptsGrowRareButNeverEnd() {
    PathWorld world = new PathWorld(1, Access.RANDOM, Access.RANDOM).connect();
    world.run(Duration.ofMinutes(10));
    int after10 = world.exchanges;
    world.run(Duration.ofMinutes(10));
    assertThat(after10).isBetween(12, 15);
    assertThat(world.exchanges - after10).isBetween(7, 9);
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
                + " (address-and-port-dependent mapping, random allocation)");
    assertThat(world.laptop.received).isEmpty();
  }

  private static PathWorld world(RelayPolicy laptop, RelayPolicy box) {
    return new PathWorld(1, Access.HOME, Access.CGNAT, laptop, box, NetworkConditions.ordinary());
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
        .isEqualTo("the strategy for these NATs (birthday) is switched off at the peer");
    assertThat(world.box.reason())
        .isEqualTo("the strategy for these NATs (birthday) is switched off here");
    assertThat(world.box.mostExtras).isZero();
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
