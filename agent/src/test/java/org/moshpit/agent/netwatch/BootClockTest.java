package org.moshpit.agent.netwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootClockTest {
  @Test
  void readsTheKernelsHundredths() {
    assertThat(BootClock.parse("350735.47 234388.90\n")).isEqualTo(350_735_470);
    assertThat(BootClock.parse("0.00 0.00\n")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "7 7", ".47 1", "7.4 1", "x.yz 1"})
  void anythingElseIsNotBelieved(String text) {
    assertThatThrownBy(() -> BootClock.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void runsOn() {
    long first = BootClock.millis();
    assertThat(BootClock.millis()).isGreaterThanOrEqualTo(first).isPositive();
  }
}
