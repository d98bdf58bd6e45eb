package org.moshpit.agent.candidates;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.sansio.TransportAddress;

class DestinationRulesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1:0",
        "0.0.0.0:5000",
        "0.1.2.3:5000",
        "127.0.0.1:5000",
        "127.255.255.254:5000",
        "169.254.1.1:5000",
        "224.0.0.251:5353",
        "239.255.255.250:1900",
        "240.0.0.1:5000",
        "255.255.255.255:5000",
        "[0:0:0:0:0:0:0:0]:5000",
        "[0:0:0:0:0:0:0:1]:5000",
        "[fe80:0:0:0:0:0:0:1]:5000",
        "[ff02:0:0:0:0:0:0:fb]:5353",
        "[0:0:0:0:0:ffff:7f00:1]:5000",
        // IPv4 within IPv6: private or nowhere, or not to be told
        "[64:ff9b::192.168.1.1]:53",
        "[64:ff9b::10.0.0.1]:5000",
        "[64:ff9b::100.64.0.1]:5000",
        "[64:ff9b::127.0.0.1]:5000",
        "[64:ff9b::169.254.169.254]:80",
        "[64:ff9b::224.0.0.251]:5353",
        "[64:ff9b:1::192.0.2.1]:5000",
        "[64:ff9b:1:2:3::1]:5000",
        "[2002:c0a8:101::1]:5000",
        "[2002:7f00:1::1]:5000",
        "[2001:0:c000:201::1]:5000",
        "[::192.168.1.1]:5000",
        "[::192.0.2.1]:5000",
        "[::ffff:0:192.168.1.1]:5000"
      })
  void neverAllowed(String address) {
    assertThat(DestinationRules.STANDARD.allows(TransportAddress.parse(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1:1",
        "10.0.0.1:65535",
        "100.64.0.1:5000",
        "192.168.1.1:5000",
        "[2001:db8:0:0:0:0:0:1]:5000",
        "[fd00:0:0:0:0:0:0:1]:5000",
        "[64:ff9b::192.0.2.1]:5000",
        "[64:ff9b::8.8.8.8]:5000",
        "[2002:c000:201::1]:5000",
        "[2001:db8::1]:5000",
        "[2001:1::1]:5000",
        "[2a00::192.168.1.1]:5000",
        "[::ffff:192.168.1.1]:5000"
      })
  void allowed(String address) {
    assertThat(DestinationRules.STANDARD.allows(TransportAddress.parse(address))).isTrue();
  }

  @Test
  void loopbackOnlyForTestsOnOneMachine() {
    TransportAddress loopback = TransportAddress.parse("127.0.0.1:5000");
    assertThat(new DestinationRules(true).allows(loopback)).isTrue();
    assertThat(new DestinationRules(true).allows(TransportAddress.parse("127.0.0.1:0"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.1.2.3",
        "172.16.0.1",
        "192.168.9.9",
        "100.64.0.1",
        "100.127.255.255",
        "fd12::1",
        "fec0::1",
        "feff::1",
        "::1",
        "64:ff9b::192.168.1.1",
        "64:ff9b::100.64.0.1",
        "64:ff9b:1::1",
        "2002:c0a8:101::1",
        "2002:a00:1::1"
      })
  void privateRanges(String ip) {
    assertThat(DestinationRules.isPrivate(TransportAddress.parseIp(ip))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11.0.0.1",
        "172.32.0.1",
        "100.128.0.1",
        "100.63.255.255",
        "2001:db8::1",
        "64:ff9b::192.0.2.1",
        "2002:c000:201::1"
      })
  void publicRanges(String ip) {
    assertThat(DestinationRules.isPrivate(TransportAddress.parseIp(ip))).isFalse();
  }
}
