package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.agent.punch.strategy.NotNow;
import org.moshpit.agent.punch.strategy.PortKind;
import org.moshpit.agent.punch.strategy.PortNote;
import org.moshpit.agent.punch.strategy.PortRange;
import org.moshpit.agent.punch.strategy.Shortcoming;
import org.moshpit.agent.punch.strategy.StrategyRunner;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NetworkConditions;

/**
 * A punch of many flows that the box' limits put off: the laptop is told, waits, and comes again.
 */
class PathWaitTest {
  private final BulkLimits limits = BulkLimits.standard();

  /** A punch of another session of the box', towards the laptop's address, in vain. */
  private void anotherPunch(PathWorld world, BulkLimits of, Duration length) {
    StrategyRunner other = new StrategyRunner(new Nowhere(), of, new SplittableRandom(1));
    TransportAddress laptop = new TransportAddress(world.laptop.place.nats().get(0).ip(), 40_000);
    long end = world.simulation.now() + length.toNanos();
    other.introduced(world.simulation.now(), laptop.ip());
    other.peerAt(world.simulation.now(), laptop);
    other.localNat(world.simulation.now(), PortKind.FIXED, 0, null);
    PortNote random = new PortNote(1, 1, PortKind.RANDOM, 15, null, 0, 1, List.of());
    other.heard(world.simulation.now(), random, null);
    assertThat(other.isAtWork()).isTrue();
    for (long next = other.nextDeadline();
        next != Machine.NO_DEADLINE && next - end <= 0;
        next = other.nextDeadline()) {
      world.run(Duration.ofNanos(Math.max(0, next - world.simulation.now())));
      other.advance(world.simulation.now());
    }
    world.run(Duration.ofNanos(Math.max(0, end - world.simulation.now())));
    other.stop(world.simulation.now());
  }

  private PathWorld world(long seed, Access laptop, Access box) {
    return new PathWorld(
        seed,
        laptop,
        box,
        RelayPolicy.AUTO,
        RelayPolicy.AUTO,
        NetworkConditions.ordinary(),
        limits);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void withinThePauseTheLaptopWaitsAndComesAgain(long seed) {
    PathWorld world = world(seed, Access.RANDOM, Access.HOME);
    anotherPunch(world, limits, Duration.ofMillis(500));
    world.connect();
    world.run(Duration.ofSeconds(4));
    assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
    assertThat(world.laptop.reason())
        .matches(
            "the punch that these NATs take has to wait: the peer made one less than half a minute"
                + " ago, and routers need a pause; it is tried again in 2[0-9] s");
    assertThat(world.box.reason())
        .contains("this end made one less than half a minute ago", "it is tried again in 2");
    assertThat(world.laptop.mostExtras).as("the laptop's half").isZero();
    int exchanges = world.exchanges;
    world.run(Duration.ofSeconds(14));
    assertThat(world.exchanges).as("attempts in vain").isLessThanOrEqualTo(exchanges + 1);
    assertThat(world.laptop.reason()).matches(".*it is tried again in 1?[0-9] s");
    assertThat(world.until(world::bothDirect, Duration.ofSeconds(20)))
        .as("%s; box: %s", world.laptop.reason(), world.box.reason())
        .isTrue();
  }

  @Test
  void theHoursChecksAreTheReasonAndNeitherHalfIsMade() {
    PathWorld world = world(1, Access.RANDOM, Access.HOME);
    anotherPunch(world, limits, Duration.ofSeconds(10));
    world.run(Duration.ofSeconds(45));
    anotherPunch(world, limits, Duration.ofSeconds(10));
    world.connect();
    world.run(Duration.ofSeconds(3));
    assertThat(world.laptop.reason())
        .matches(
            "the punch that these NATs take has to wait: too few are left of the 2,048 checks an"
                + " hour that the peer may send to one address; it is tried again in \\d\\d min");
    world.run(Duration.ofMinutes(10));
    assertThat(world.laptop.reason()).contains("2,048 checks an hour that the peer may send");
    assertThat(world.box.reason()).contains("2,048 checks an hour that this end may send");
    assertThat(world.laptop.mostExtras).isZero();
    assertThat(world.box.watch.probes()).isLessThan(64);
    // told when it begins, and not with each minute's attempt
    assertThat(world.laptop.changes).hasSizeLessThan(6);
    assertThat(world.until(world::bothDirect, Duration.ofMinutes(55))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"BLOCK, HOME", "HOME, BLOCK"})
  void behindABlockTooTheLaptopIsToldToWait(Access laptop, Access box) {
    PathWorld world = world(1, laptop, box);
    anotherPunch(world, limits, Duration.ofMillis(500));
    world.connect();
    world.run(Duration.ofSeconds(4));
    assertThat(world.laptop.reason()).contains("the peer made one", "it is tried again in 2");
    assertThat(world.until(world::bothDirect, Duration.ofSeconds(40))).isTrue();
  }

  @Test
  void noStrategyMeansNoWait() {
    PathWorld world = world(1, Access.HOME, Access.CGNAT);
    anotherPunch(world, limits, Duration.ofMillis(500));
    world.connect();
    assertThat(world.until(world::bothDirect, Duration.ofSeconds(3))).isTrue();
  }

  @Test
  void aLaptopThatWantsTheRelayOnlyIsNotSaidToHaveNoUdp() {
    PathWorld world =
        new PathWorld(
                1,
                Access.HOME,
                Access.CGNAT,
                RelayPolicy.ONLY,
                RelayPolicy.AUTO,
                NetworkConditions.ordinary())
            .connect();
    world.run(Duration.ofMillis(2_500));
    assertThat(world.box.reason()).isEqualTo("the laptop asked for the relay only");
    world.run(Duration.ofMinutes(2));
    assertThat(world.box.reason()).isEqualTo("the laptop asked for the relay only");
  }

  /** Where nothing is sent, because only what it takes from the limits is of interest. */
  private static final class Nowhere implements StrategyRunner.Ground {
    @Override
    public void openSockets(int count) {}

    @Override
    public void ask(SocketId socket, ServerChoice server) {}

    @Override
    public void check(SocketId socket, TransportAddress to, boolean opening) {}

    @Override
    public SocketId knownSocket() {
      return new SocketId(1);
    }

    @Override
    public void say(long now, PortNote note, NotNow wait) {}

    @Override
    public void sampled(PortKind kind, PortRange span) {}

    @Override
    public void using(String phrase) {}

    @Override
    public void noStrategy(Shortcoming why) {}
  }
}
