package org.moshpit.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "7", "box-1", "a--b"})
  void valid(String name) {
    assertThat(Names.isValid(name)).isTrue();
    assertThat(Names.isValid(name.repeat(64))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "A", "a.b", "a_b", "é", "a\n", "a b"})
  void invalid(String name) {
    assertThat(Names.isValid(name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "Attic.example.org, attic",
    "my_box, my-box",
    "--x--, x",
    "..., box",
    "'', box",
    "Bär, b-r",
  })
  void fromHostName(String host, String name) {
    assertThat(Names.fromHostName(host)).isEqualTo(name);
  }

  @Property
  void anyHostNameGivesAName(@ForAll String host) {
    assertThat(Names.isValid(Names.fromHostName(host))).isTrue();
  }
}
