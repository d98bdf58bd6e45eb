package org.moshpit.agent.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochWatchTest {
  @ParameterizedTest
  @CsvSource({
    "300, 1300, false",
    "300, 1299, false", // one second less: rounding
    "300, 5, true", // began anew
    "0, 999, false",
    "0, 998, true",
    "300, 1000, true", // stood still
    "300, 1283, false", // within a sixteenth
    "300, 1270, true",
    "300, 1321, false",
    "300, 1340, true" // ran ahead
  })
  void knowsWhenARouterBeganAnew(long elapsed, long epoch, boolean lost) {
    EpochWatch watch = new EpochWatch();
    long begin = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(100);
    assertThat(watch.lost(begin, 1000)).isFalse();
    assertThat(watch.lost(begin + TimeUnit.SECONDS.toNanos(elapsed), epoch)).isEqualTo(lost);
  }
}
