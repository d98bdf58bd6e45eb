package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NatBehaviour;

/** A laptop with a cable and Wi-Fi: what a path that works besides is good for. */
class PathWarmTest {
  private static PathWorld direct(long seed) {
    PathWorld world = new PathWorld(seed, Access.HOME, Access.CGNAT);
    world.laptop.more.add(Access.HOME.attach(world.network, 3).host());
    world.connect();
    assertThat(world.until(world::bothDirect, Duration.ofSeconds(5))).isTrue();
    world.run(Duration.ofSeconds(5));
    assertThat(world.laptop.openSockets()).hasSize(2);
    return world;
  }

  private static void pull(PathWorld world) {
    // whichever carries is the cable
    String used = world.box.machine.snapshot(world.simulation.now()).remote().ip().getHostAddress();
    var nowhere =
        world.network.nat(NatBehaviour.udpBlocked(), world.network.internet(), "198.18.0.1");
    var cable = used.equals("203.0.113.1") ? world.laptop.place.host() : world.laptop.more.get(0);
    cable.move(nowhere.inside(), "192.168.254.1");
  }

  private static void loseRendezvous(PathWorld world) {
    world.rendezvousReachable = false;
    world.relayDown();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void withoutARendezvousTheOtherInterfaceCarriesAtOnce(long seed) {
    PathWorld world = direct(seed);
    loseRendezvous(world);
    int before = world.laptop.sent();
    pull(world);
    world.laptop.driver.handle(new PathIn.NetworkChanged("the cable is pulled"));
    world.run(Duration.ofSeconds(20));
    assertThat(world.bothDirect()).isTrue();
    assertThat(PathScenarioTest.gaps(world.box, before)).as("the box hears").isLessThan(1.0);
    assertThat(PathScenarioTest.gaps(world.laptop, before)).as("the laptop hears").isLessThan(2.5);
    for (PathEnd end : List.of(world.laptop, world.box)) {
      assertThat(end.changes)
          .extracting(PathOut.PathChanged::path)
          .containsExactly(PathKind.RELAY, PathKind.DIRECT, PathKind.DIRECT);
    }
  }

  /** Nobody says so, and for ten minutes nobody typed. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aPairIsKeptWarmAndTakesOverUnasked(long seed) {
    PathWorld world = direct(seed);
    loseRendezvous(world);
    world.interval = Duration.ofSeconds(3);
    world.run(Duration.ofMinutes(10));
    int before = world.laptop.sent();
    pull(world);
    world.run(Duration.ofSeconds(30));
    assertThat(world.bothDirect()).isTrue();
    // until a heartbeat asks, until the answer is owed for long enough, and the next two heartbeats
    assertThat(PathScenarioTest.gaps(world.box, before)).isLessThan(12.5);
    assertThat(PathScenarioTest.gaps(world.laptop, before)).isLessThan(12.5);
  }
}
