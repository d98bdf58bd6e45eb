package org.moshpit.common.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanTest {
  @ParameterizedTest
  @CsvSource({
    "-1, 0 s ago",
    "0, 0 s ago",
    "59, 59 s ago",
    "60, 1 min ago",
    "3599, 59 min ago",
    "3600, 1 h ago",
    "172799, 47 h ago",
    "172800, 2 d ago",
  })
  void howLongAgo(long seconds, String words) {
    assertThat(Human.ago(Duration.ofSeconds(seconds))).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "9949, 9.9 kB",
    "9950, 10 kB",
    "999499, 999 kB",
    "999500, 1.0 MB",
    "5678900, 5.7 MB",
    "12345678901, 12 GB",
    "9223372036854775807, 9.2 EB",
  })
  void sizes(long bytes, String words) {
    assertThat(Human.bytes(bytes)).isEqualTo(words);
  }

  @Test
  void whatIsNotKnownIsNothing() {
    assertThat(Human.bytes(null)).isNull();
    assertThat(Human.millis(null)).isNull();
    assertThat(Human.time(null, ZoneOffset.UTC)).isNull();
    assertThat(Human.time(Instant.EPOCH, ZoneOffset.ofHours(1))).isEqualTo("1970-01-01 01:00");
  }

  @Test
  void asManyDigitsAsTellSessionsApart() {
    assertThat(Human.digits(List.of())).isEqualTo(8);
    assertThat(Human.digits(List.of("0123456789", "0123456799"))).isEqualTo(9);
    assertThat(Human.shortened("5f", 8)).isEqualTo("5f");
  }
}
