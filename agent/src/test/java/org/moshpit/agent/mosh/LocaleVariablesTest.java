package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocaleVariablesTest {
  @Test
  void collectsTheFifteenInOrderAndNothingElse() {
    Map<String, String> environment =
        Map.of(
            "LC_ALL", "C.UTF-8",
            "LANG", "de_DE.UTF-8@euro",
            "LC_EVIL", "x",
            "LANGUAGE", "de:en",
            "LC_TIME", "$(reboot)",
            "PATH", "/bin");
    assertThat(LocaleVariables.from(environment))
        .containsExactly(Map.entry("LANG", "de_DE.UTF-8@euro"), Map.entry("LC_ALL", "C.UTF-8"));
    assertThat(LocaleVariables.NAMES).hasSize(15).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "LANG, en_US.UTF-8, true",
    "LC_CTYPE, C, true",
    "LANGUAGE, de, true",
    "LD_PRELOAD, x, false",
    "LANGX, C, false",
    "LC_, C, false",
    "LC_ALL, '', false",
    "LC_ALL, a b, false",
    "LC_ALL, ../../tmp/x, false",
  })
  void aBoxTakesOnlyLocales(String name, String value, boolean taken) {
    assertThat(LocaleVariables.acceptable(name, value)).isEqualTo(taken);
  }

  @Test
  void aValueHasAtMost64Characters() {
    assertThat(LocaleVariables.acceptable("LANG", "x".repeat(64))).isTrue();
    assertThat(LocaleVariables.acceptable("LANG", "x".repeat(65))).isFalse();
    assertThat(LocaleVariables.acceptable("LANG", "C\n")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "utf8", "UTF8", "utf-8"})
  void knowsUtf8(String charset) {
    assertThat(LocaleVariables.isUtf8(charset)).isTrue();
    assertThat(LocaleVariables.isUtf8("ANSI_X3.4-1968")).isFalse();
  }

  @Test
  void namesTheVariableThatCounts() {
    assertThat(LocaleVariables.inEffect(Map.of("LANG", "C", "LC_ALL", "POSIX")))
        .isEqualTo("LC_ALL=POSIX");
    assertThat(LocaleVariables.inEffect(Map.of("LANG", "C", "LC_ALL", ""))).isEqualTo("LANG=C");
    assertThat(LocaleVariables.inEffect(Map.of())).contains("no LANG");
  }
}
