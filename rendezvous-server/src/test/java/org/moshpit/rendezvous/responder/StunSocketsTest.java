package org.moshpit.rendezvous.responder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class StunSocketsTest {
  @Test
  void eachAddressHasTwoPorts() {
    StunSockets sockets = of("198.51.100.1:3478", "[2001:db8::1]:3478");

    assertThat(sockets.addresses())
        .extracting(TransportAddress::toString)
        .containsExactly(
            "198.51.100.1:3478", "198.51.100.1:3479", "[2001:db8::1]:3478", "[2001:db8::1]:3479");
    assertThat(sockets.otherPort(0)).isEqualTo(1);
    assertThat(sockets.otherPort(3)).isEqualTo(2);
    assertThat(sockets.otherAddress(0)).isEqualTo(StunSockets.NONE);
  }

  @Test
  void anotherAddressIsOfTheSameFamilyAndNoWildcard() {
    StunSockets sockets =
        of("198.51.100.1:3478", "[2001:db8::1]:3478", "0.0.0.0:3500", "198.51.100.2:3478");

    assertThat(sockets.otherAddress(0)).isEqualTo(6);
    assertThat(sockets.otherAddress(1)).isEqualTo(7);
    assertThat(sockets.otherAddress(6)).isEqualTo(0);
    assertThat(sockets.otherAddress(2)).isEqualTo(StunSockets.NONE);
    assertThat(sockets.otherAddress(4)).isEqualTo(StunSockets.NONE);
    assertThat(sockets.otherAddressAndPort(0)).hasToString("198.51.100.2:3479");
  }

  @Test
  void refusesWhatCannotBeBound() {
    assertThatThrownBy(() -> of("198.51.100.1:65535")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(StunSocketsTest::of).isInstanceOf(IllegalArgumentException.class);
  }

  private static StunSockets of(String... listen) {
    return StunSockets.of(Arrays.stream(listen).map(TransportAddress::parse).toList());
  }
}
