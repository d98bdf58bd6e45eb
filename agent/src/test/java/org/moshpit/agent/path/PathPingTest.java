package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.StunBytes;

/** Round trips over whatever carries the session, on fake time. */
class PathPingTest {
  private static final Duration SOON = Duration.ofSeconds(1);

  private static PathWorld world(Access laptop, Access box, RelayPolicy policy) {
    PathWorld world =
        new PathWorld(1, laptop, box, policy, RelayPolicy.AUTO, NetworkConditions.lossless());
    world.quiet = true;
    return world.connect();
  }

  private static List<PathOut.RoundTrip> trips(PathEnd end) {
    return end.log.stream()
        .filter(PathOut.RoundTrip.class::isInstance)
        .map(PathOut.RoundTrip.class::cast)
        .toList();
  }

  private static long answered(PathEnd end) {
    return end.log.stream().filter(PathOut.PingAnswered.class::isInstance).count();
  }

  private static void ping(PathEnd end, int number) {
    end.driver.handle(new PathIn.Ping(number));
  }

  @Test
  void firstOverTheRelayThenDirectly() {
    PathWorld world = world(Access.HOME, Access.CGNAT, RelayPolicy.AUTO);
    assertThat(world.until(() -> world.laptop.path() == PathKind.RELAY, SOON)).isTrue();
    ping(world.laptop, 1);
    assertThat(world.until(() -> trips(world.laptop).size() == 1, SOON)).isTrue();
    assertThat(trips(world.laptop))
        .containsExactly(
            new PathOut.RoundTrip(
                1, PathKind.RELAY, null, PathWorld.THROUGH.multipliedBy(2).toNanos()));
    assertThat(answered(world.box)).isEqualTo(1);

    assertThat(world.until(world::bothDirect, Duration.ofSeconds(5))).isTrue();
    world.run(Duration.ofSeconds(3));
    int relayed = world.laptop.relayed.size();
    ping(world.laptop, 2);
    world.run(SOON);
    PathOut.RoundTrip second = trips(world.laptop).get(1);
    assertThat(second.number()).isEqualTo(2);
    assertThat(second.path()).isEqualTo(PathKind.DIRECT);
    assertThat(second.remote().toString()).startsWith("203.0.113.2:");
    assertThat(TimeUnit.NANOSECONDS.toMillis(second.rttNanos())).isBetween(95L, 105L);
    // each is told once, and those that keep the path alive not at all
    world.run(Duration.ofSeconds(30));
    assertThat(trips(world.laptop)).hasSize(2);
    assertThat(world.laptop.relayed).hasSize(relayed);
    assertThat(world.laptop.received).isEmpty();
    assertThat(world.box.received).isEmpty();
  }

  /** Failed checks, pauses and new exchanges do not matter to it. */
  @Test
  void everyOneComesBackWhereThePathStaysOnTheRelay() {
    PathWorld world = world(Access.RANDOM, Access.RANDOM, RelayPolicy.AUTO);
    assertThat(world.until(() -> world.laptop.path() == PathKind.RELAY, SOON)).isTrue();
    for (int number = 1; number <= 120; number++) {
      ping(world.laptop, number);
      world.run(SOON);
    }
    assertThat(trips(world.laptop)).hasSize(120).allMatch(trip -> trip.path() == PathKind.RELAY);
    assertThat(world.exchanges).isGreaterThan(3);
  }

  @Test
  void alsoWhereOnlyTheRelayMayBeUsed() {
    PathWorld world = world(Access.HOME, Access.HOME, RelayPolicy.ONLY);
    assertThat(world.until(() -> world.laptop.path() == PathKind.RELAY, SOON)).isTrue();
    ping(world.laptop, 1);
    world.run(SOON);
    assertThat(trips(world.laptop)).hasSize(1);
  }

  @Test
  void withoutAPathNothingIsSentAndNothingIsTold() {
    PathWorld world = world(Access.HOME, Access.HOME, RelayPolicy.AUTO);
    ping(world.laptop, 1);
    assertThat(world.laptop.relayed).isEmpty();
    assertThat(world.until(() -> world.laptop.path() == PathKind.RELAY, SOON)).isTrue();
    world.relayDown();
    int relayed = world.laptop.relayed.size(); // notes on ports
    ping(world.laptop, 2);
    assertThat(world.laptop.relayed).hasSize(relayed);
    world.relayBack();
    ping(world.laptop, 3);
    world.run(SOON);
    assertThat(trips(world.laptop)).extracting(PathOut.RoundTrip::number).containsExactly(3);
  }

  /** What the carrier of it all makes of a question: no answer but the one, and that no larger. */
  @Test
  void aQuestionIsAnsweredOnceUnalteredAndByNobodyElse() {
    PathWorld world = world(Access.RANDOM, Access.RANDOM, RelayPolicy.AUTO);
    assertThat(world.until(() -> world.laptop.path() == PathKind.RELAY, SOON)).isTrue();
    world.run(SOON);
    List<byte[]> questions = new ArrayList<>();
    List<byte[]> answers = new ArrayList<>();
    world.laptop.toRelay = questions::add;
    world.box.toRelay = answers::add;
    ping(world.laptop, 1);
    assertThat(questions).hasSize(1);
    byte[] question = questions.get(0);

    for (int bit = 0; bit < (question.length - StunBytes.FINGERPRINT) * 8; bit++) {
      byte[] altered = StunBytes.altered(question, bit);
      world.box.driver.handle(new PathIn.FromRelay(altered));
    }
    for (int length = 8; length < question.length; length++) { // no test datagram is shorter
      byte[] cut = Arrays.copyOf(question, length);
      world.box.driver.handle(new PathIn.FromRelay(cut));
    }
    world.laptop.driver.handle(new PathIn.FromRelay(question)); // thrown back
    assertThat(answers).isEmpty();
    assertThat(questions).hasSize(1);
    assertThat(answered(world.box)).isZero();

    world.box.driver.handle(new PathIn.FromRelay(question));
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0)).hasSameSizeAs(question);
    world.box.driver.handle(new PathIn.FromRelay(question)); // said again
    assertThat(answers).hasSize(1);
    assertThat(answered(world.box)).isEqualTo(1);

    byte[] late = answers.get(0);
    for (int bit = 0; bit < (late.length - StunBytes.FINGERPRINT) * 8; bit++) {
      byte[] altered = StunBytes.altered(late, bit);
      world.laptop.driver.handle(new PathIn.FromRelay(altered));
    }
    assertThat(trips(world.laptop)).isEmpty();
    world.laptop.driver.handle(new PathIn.FromRelay(late));
    world.laptop.driver.handle(new PathIn.FromRelay(late));
    assertThat(trips(world.laptop)).hasSize(1);
  }

  /**
   * The carrier cannot make a check of it: what is said over the relay opens no path to anybody.
   */
  @Test
  void aQuestionOnASocketIsNothing() {
    PathWorld world = world(Access.RANDOM, Access.RANDOM, RelayPolicy.AUTO);
    assertThat(world.until(() -> world.laptop.path() == PathKind.RELAY, SOON)).isTrue();
    List<byte[]> questions = new ArrayList<>();
    world.laptop.toRelay = questions::add;
    ping(world.laptop, 1);
    assertThat(StunMessage.looksLikeStun(questions.get(0))).isTrue();
    long[] sent = {0};
    world.network.tap(
        packet -> sent[0] += packet.destination().equals(PathEnd.SERVERS.get(0)) ? 1 : 0);
    world.box.driver.handle(
        new PathIn.Datagram(
            world.box.openSockets().get(0), PathEnd.SERVERS.get(0), questions.get(0)));
    world.run(SOON);
    assertThat(sent[0]).isZero();
    assertThat(answered(world.box)).isZero();
  }
}
