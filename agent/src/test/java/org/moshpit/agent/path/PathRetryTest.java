package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.agent.punch.OpenerTtl;
import org.moshpit.testkit.Access;

/** How soon the next attempt comes, at its slowest. */
class PathRetryTest {
  @Test
  void pausesGrow() {
    RetrySchedule schedule = new RetrySchedule();
    assertThat(LongStream.generate(schedule::failed).limit(8).map(TimeUnit.NANOSECONDS::toSeconds))
        .containsExactly(0L, 1L, 2L, 5L, 10L, 30L, 60L, 60L);
  }

  /** Every third one, with an odd time to live, in between. */
  @Test
  void anOrdinaryAttemptBeginsEachMinute() {
    RetrySchedule schedule = new RetrySchedule();
    AtomicInteger generation = new AtomicInteger();
    long took = TimeUnit.SECONDS.toNanos(10);
    assertThat(
            LongStream.generate(() -> schedule.failed(took, generation.getAndIncrement()))
                .limit(12)
                .map(TimeUnit.NANOSECONDS::toSeconds))
        .containsExactly(0L, 1L, 2L, 5L, 10L, 30L, 50L, 10L, 30L, 50L, 10L, 30L);
    assertThat(schedule.failed(TimeUnit.MINUTES.toNanos(3), 12)).isZero();
    assertThat(IntStream.range(0, 16).map(attempt -> OpenerTtl.of(attempt, attempt)))
        .containsExactly(5, 3, 3, 5, 5, 8, 5, 5, 0, 5, 5, 3, 5, 5, 8, 5);
  }

  /** Invariant: the relay is not kept when a direct path has been possible for a minute. */
  @ParameterizedTest
  @ValueSource(ints = {0, 6, 12, 18, 24, 30, 36, 42, 48, 54, 60, 66})
  void whenDirectPathsBecomePossibleOneIsFoundWithinAMinute(int seconds) {
    PathWorld world = new PathWorld(seconds, Access.HOME, Access.CGNAT);
    world.interval = Duration.ofSeconds(3);
    Runnable lift = world.blackhole();
    world.connect();
    world.run(Duration.ofMinutes(10).plusSeconds(seconds));
    assertThat(world.laptop.path()).isEqualTo(PathKind.RELAY);
    lift.run();
    assertThat(world.until(world::bothDirect, Duration.ofSeconds(62))).isTrue();
  }
}
