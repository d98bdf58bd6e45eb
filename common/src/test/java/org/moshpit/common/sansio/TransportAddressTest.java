package org.moshpit.common.sansio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportAddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1:7", "0.0.0.0:0", "[2001:db8:0:0:0:0:0:1]:65535"})
  void textFormSurvivesARoundTrip(String text) {
    assertThat(TransportAddress.parse(text)).hasToString(text);
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
  void everyIpv4AddressSurvives(
      @ForAll @Size(4) byte[] ip, @ForAll @IntRange(max = 65535) int port) {
    TransportAddress address = TransportAddress.of(ip, port);
    assertThat(TransportAddress.parse(address.toString())).isEqualTo(address);
  }
}
