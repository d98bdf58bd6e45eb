package org.moshpit.common.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
  private static final Map<String, String> XTERM = Map.of("TERM", "xterm");

  @ParameterizedTest
  @CsvSource({
    "24 80, 80, 24",
    "'50 200\n', 200, 50",
    "0 0, 80, 24",
    "'', 80, 24",
    "stty: no, 80, 24",
    "1 1, 2, 1",
    "99999 99999, 10000, 10000",
  })
  void itsSize(String stty, int columns, int lines) {
    assertThat(Terminal.of(stty, XTERM)).isEqualTo(new Terminal(columns, lines, true));
  }

  @Test
  void colours() {
    assertThat(Terminal.of("", XTERM).colour()).isTrue();
    assertThat(Terminal.of("", Map.of("TERM", "xterm", "NO_COLOR", "")).colour()).isTrue();
    assertThat(Terminal.of("", Map.of("TERM", "xterm", "NO_COLOR", "1")).colour()).isFalse();
    assertThat(Terminal.of("", Map.of("TERM", "dumb")).colour()).isFalse();
    assertThat(Terminal.of("", Map.of()).colour()).isFalse();
  }

  @Test
  void sentencesAreWrappedBetweenWords() {
    assertThat(new Screen(10, false).wrapped("one two three, \u001bfour"))
        .isEqualTo("one two\nthree,\n?four\n");
    assertThat(new Screen(3, false).wrapped("a threefold x")).isEqualTo("a threefold\nx\n");
    assertThat(Screen.PLAIN.wrapped("one two")).isEqualTo("one two\n");
  }
}
