package org.moshpit.common.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Four places, three for one source. */
class PlacesTest {
  private final Set<String> beingAnswered = new HashSet<>();
  private final List<String> closed = new ArrayList<>();
  private final Places<String> places =
      new Places<>(4, 3, one -> !beingAnswered.contains(one), closed::add);

  private boolean admit(String name, String ip) throws Exception {
    return places.admit(name, InetAddress.getByName(ip));
  }

  private void fill() throws Exception {
    for (String one : List.of("a", "b", "c")) {
      assertThat(admit(one, "192.0.2.1")).isTrue();
    }
    assertThat(admit("other", "192.0.2.2")).isTrue();
    assertThat(closed).isEmpty();
  }

  @Test
  void oneSourceNeverHoldsAll() throws Exception {
    for (int i = 0; i < 9; i++) {
      assertThat(admit("x" + i, "192.0.2.1")).isTrue();
    }
    assertThat(closed).containsExactly("x0", "x1", "x2", "x3", "x4", "x5");
    closed.clear();
    assertThat(admit("other", "192.0.2.2")).isTrue();
    assertThat(closed).isEmpty();
  }

  @Test
  void aSourceThatHasTooManyPushesOutItsOwn() throws Exception {
    fill();
    places.moved("a");
    assertThat(admit("d", "192.0.2.1")).isTrue();
    assertThat(closed).containsExactly("b");
  }

  @Test
  void amongAllItIsWhoHasBeenAtTheSameForLongest() throws Exception {
    fill();
    places.moved("a");
    places.moved("b");
    assertThat(admit("third", "192.0.2.3")).isTrue();
    assertThat(admit("fourth", "192.0.2.4")).isTrue();
    assertThat(closed).containsExactly("c", "other");
  }

  @Test
  void whoIsBeingAnsweredStays() throws Exception {
    fill();
    beingAnswered.addAll(List.of("a", "b", "c"));
    assertThat(admit("d", "192.0.2.1")).isFalse();
    beingAnswered.add("other");
    assertThat(admit("third", "192.0.2.3")).isFalse();
    beingAnswered.remove("b");
    assertThat(admit("d", "192.0.2.1")).isTrue();
    assertThat(closed).containsExactly("b");
  }

  @Test
  void whoIsGoneHasNoPlace() throws Exception {
    fill();
    places.gone("a");
    places.moved("a");
    assertThat(admit("d", "192.0.2.1")).isTrue();
    assertThat(closed).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.9.4.81, true",
    "127.0.0.1, ::1, true",
    "192.0.2.1, 192.0.2.2, false",
    "2001:db8:0:100::1, 2001:db8:0:1ff::2, true",
    "2001:db8:0:100::1, 2001:db8:0:200::1, false",
  })
  void sources(String one, String other, boolean same) throws Exception {
    for (int i = 0; i < 3; i++) {
      admit("x" + i, one);
    }
    admit("y", other);
    assertThat(closed.isEmpty()).isEqualTo(!same);
  }
}
