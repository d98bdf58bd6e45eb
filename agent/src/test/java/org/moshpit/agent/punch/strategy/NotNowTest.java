package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotNowTest {
  private static final long NOW = -5_000_000_000L;

  private static long in(double seconds) {
    return NOW + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  @ParameterizedTest
  @CsvSource({
    "HOUR, 2460, 01099c",
    "ANOTHER, 24, 020018",
    "PAUSE, 11.2, 03000c",
    "TURN, 48, 040030",
    "PAUSE, -3, 030001",
    "HOUR, 90000, 010f3c"
  })
  void onTheWire(NotNow.Cause cause, double seconds, String hex) {
    byte[] bytes = new NotNow(cause, in(seconds)).toBytes(NOW);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex);
    assertThat(NotNow.fromBytes(NOW, bytes).orElseThrow().cause()).isEqualTo(cause);
  }

  @ParameterizedTest
  @CsvSource({
    "03000c, PAUSE, 12",
    "09000c, OTHER, 12",
    "01ffff, HOUR, 3900",
    "03000cffff, PAUSE, 12"
  })
  void whatALaterVersionSaysIsAWaitToo(String hex, NotNow.Cause cause, long seconds) {
    assertThat(NotNow.fromBytes(NOW, HexFormat.of().parseHex(hex)))
        .contains(new NotNow(cause, in(seconds)));
  }

  @Test
  void whatIsNone() {
    for (String hex : new String[] {"", "03", "0300", "030000"}) {
      assertThat(NotNow.fromBytes(NOW, HexFormat.of().parseHex(hex))).isEqualTo(Optional.empty());
    }
  }
}
