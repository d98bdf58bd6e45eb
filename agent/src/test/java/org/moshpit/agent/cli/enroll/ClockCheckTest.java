package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockCheckTest {
  @ParameterizedTest
  @CsvSource({
    "0, OK, ''",
    "-499, OK, ''",
    "1600, OK, 2 s behind the rendezvous'",
    "-60000, OK, 60 s ahead of the rendezvous'",
    "61000, WARNING, 61 s behind the rendezvous'",
    "-312400, WARNING, 312 s ahead of the rendezvous'",
  })
  void aMinuteIsTooMuch(long offsetMillis, Finding.Level level, String said) {
    assertThat(new ClockCheck(offsetMillis).look())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.level()).isEqualTo(level);
              assertThat(finding.said()).isEqualTo(said);
              assertThat(finding.remedy().isEmpty()).isEqualTo(level == Finding.Level.OK);
            });
  }
}
