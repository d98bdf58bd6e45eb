package org.moshpit.common.sansio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportAddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1:7", "0.0.0.0:0", "[2001:db8::1]:65535"})
  void textFormSurvivesARoundTrip(String text) {
    assertThat(TransportAddress.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "1:0:0:0:0:0:0:0, 1::",
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:0:0:1:0:0, 2001:db8::1:0:0",
    "2001:db8:0:1:0:0:0:1, 2001:db8:0:1::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "0:0:1:2:3:0:0:0, 0:0:1:2:3::",
    "192.0.2.1, 192.0.2.1",
  })
  void ipv6IsShortened(String written, String text) {
    assertThat(TransportAddress.text(TransportAddress.parseIp(written))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":1",
        "192.0.2.1",
        "192.0.2.256:1",
        "host.example:1",
        "2001:db8::1:80",
        "[::1]",
        "192.0.2.1:65536",
        "192.0.2.1:-1",
        "192.0.2.1:x",
        "1.2.3:4"
      })
  void refusesWhatIsNotAnAddressWithoutAskingANameService(String text) {
    assertThatThrownBy(() -> TransportAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void everyIpv6AddressSurvives(@ForAll @Size(8) List<@From("groups") Integer> groups) {
    byte[] ip = new byte[16];
    for (int i = 0; i < 8; i++) {
      ip[2 * i] = (byte) (groups.get(i) >> 8);
      ip[2 * i + 1] = groups.get(i).byteValue();
    }
    TransportAddress address = TransportAddress.of(ip, 7);
    Assume.that(address.isIpv6()); // ::ffff:0:0/96 is IPv4 to Java
    assertThat(TransportAddress.parse(address.toString())).isEqualTo(address);
    assertThat(address.toString()).doesNotContain(":::").matches("\\[[0-9a-f:]+]:7");
  }

  /** Mostly zeros. */
  @Provide
  Arbitrary<Integer> groups() {
    return Arbitraries.frequencyOf(
        Tuple.of(3, Arbitraries.just(0)), Tuple.of(2, Arbitraries.integers().between(1, 0xffff)));
  }

  @Property
  void everyIpv4AddressSurvives(
      @ForAll @Size(4) byte[] ip, @ForAll @IntRange(max = 65535) int port) {
    TransportAddress address = TransportAddress.of(ip, port);
    assertThat(TransportAddress.parse(address.toString())).isEqualTo(address);
  }
}
