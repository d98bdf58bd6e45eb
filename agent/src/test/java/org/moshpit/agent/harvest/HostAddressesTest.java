package org.moshpit.agent.harvest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.sansio.TransportAddress;

class HostAddressesTest {
  @Test
  void thePreferredSourceComesFirstAndTheRestInOneOrder() {
    List<HostAddress> found =
        List.of(
            address("2001:db8::1", 64, "eth0"),
            address("192.168.200.2", 24, "eth1"),
            address("192.168.1.2", 24, "eth0"),
            address("10.0.0.9", 8, "wlan0"));
    List<InetAddress> preferred = List.of(ip("192.168.200.2"), ip("2001:db8::1"));
    List<HostAddress> shuffled = Arrays.asList(found.toArray(HostAddress[]::new));
    Collections.reverse(shuffled);

    HostAddresses addresses = new HostAddresses(found, preferred);

    assertThat(addresses.all().stream().map(a -> a.ip().getHostAddress()))
        .containsExactly("192.168.200.2", "2001:db8:0:0:0:0:0:1", "10.0.0.9", "192.168.1.2");
    assertThat(new HostAddresses(shuffled, preferred)).isEqualTo(addresses);
  }

  @Test
  void whatIsNoBaseIsLeftOut() {
    HostAddresses addresses =
        new HostAddresses(
            List.of(
                address("127.0.0.1", 8, "lo"),
                address("::1", 128, "lo"),
                address("fe80::1", 64, "eth0"),
                address("fec0::1", 64, "eth0"),
                address("fd00::1", 64, "eth0"),
                address("169.254.3.4", 16, "eth0")),
            List.of());

    assertThat(addresses.all().stream().map(a -> a.ip().getHostAddress()))
        .containsExactly("169.254.3.4", "fd00:0:0:0:0:0:0:1");
  }

  @ParameterizedTest
  @CsvSource({
    "192.168.1.2, 24, 192.168.1.255, true",
    "192.168.1.2, 24, 192.168.2.2, false",
    "192.168.1.2, 23, 192.168.0.9, true",
    "10.0.0.1, 0, 203.0.113.1, true",
    "10.0.0.1, 32, 10.0.0.1, true",
    "10.0.0.1, 32, 10.0.0.0, false",
    "2001:db8::1, 64, 2001:db8::ffff, true",
    "2001:db8::1, 64, 2001:db8:0:1::1, false",
    "2001:db8::1, 0, 10.0.0.1, false"
  })
  void onLinkIsByPrefix(String own, int prefix, String other, boolean expected) {
    HostAddresses addresses = new HostAddresses(List.of(address(own, prefix, "eth0")), List.of());

    assertThat(addresses.onLink(ip(other))).isEqualTo(expected);
  }

  @Test
  void theSourceTowardsLoopbackIsLoopbackAndNothingIsSent() {
    assertThat(HostAddresses.source(ip("127.0.0.1"))).contains(ip("127.0.0.1"));
  }

  @Test
  void readsWhatTheSystemHas() throws SocketException {
    HostAddresses addresses = HostAddresses.read(List.of(ip("127.0.0.1")));

    List<InetAddress> system =
        NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
    assertThat(addresses.all())
        .allSatisfy(
            a ->
                assertThat(system)
                    .anyMatch(s -> Arrays.equals(s.getAddress(), a.ip().getAddress())))
        .noneMatch(a -> a.ip().isLoopbackAddress() || a.toString().contains("%"));
    assertThat(HostAddresses.read(List.of(ip("127.0.0.1")))).isEqualTo(addresses);
  }

  private static HostAddress address(String ip, int prefix, String name) {
    return new HostAddress(ip(ip), prefix, name);
  }

  private static InetAddress ip(String literal) {
    return TransportAddress.parseIp(literal);
  }
}
