package org.moshpit.common.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\0", "\n", "\t", "\u001b", "\u007f", "\u0080", "\u0085", "\u009b", "\u009d", "\u009f",
        "\u00ad", "\u200b", "\u202e", "\u2028", "\u2029", "\u2066", "\ufeff", "\ud800", "\ue000",
        "\uffff"
      })
  void whatSteersATerminalOrHidesIsNotPlain(String text) {
    assertThat(PlainText.isPlain(text)).isFalse();
    assertThat(PlainText.isPlain("a" + text + "b")).isFalse();
    assertThat(PlainText.clean("a" + text + text + "b")).isEqualTo("a b");
    assertThat(PlainText.marked("a" + text + text + "b")).isEqualTo("a??b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "jürgen", "ß\u00a0ñ", "日本語", "e\u0301", "\ud83d\ude00"})
  void whatPeopleWriteIs(String text) {
    assertThat(PlainText.isPlain(text)).isTrue();
    assertThat(PlainText.clean(text)).isSameAs(text);
    assertThat(PlainText.marked(text)).isSameAs(text);
  }

  @Test
  void nothingElseIsTaken() {
    assertThat(PlainText.clean("\u001b[1A\u001b[2K\ud83d\ude00")).isEqualTo(" [1A [2K\ud83d\ude00");
  }

  @Test
  void linesStayLines() {
    assertThat(PlainText.lines("a\u001b[2J\n\tat b\tc\r\n\n\u009bd"))
        .isEqualTo("a?[2J\n\tat b?c?\n\n?d");
    assertThat(PlainText.lines("")).isEmpty();
    assertThat(PlainText.lines("a\n")).isEqualTo("a\n");
  }
}
