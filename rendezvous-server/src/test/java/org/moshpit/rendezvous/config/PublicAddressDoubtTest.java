package org.moshpit.rendezvous.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressDoubtTest {
  private static Optional<String> doubt(String host, String... addresses) {
    return PublicAddressDoubt.about(
        host,
        name -> {
          if (addresses.length == 0) {
            throw new UnknownHostException(name);
          }
          InetAddress[] found = new InetAddress[addresses.length];
          for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(addresses[i]);
          }
          return found;
        },
        Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "8.8.8.8", "2001:db8::1"})
  void numbersOfTheInternetAreNone(String host) {
    assertThat(doubt(host)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, a loopback address",
    "::1, a loopback address",
    "10.1.2.3, a private address",
    "192.168.0.9, a private address",
    "fd00::7, a private address",
    "100.64.0.1, an address of carriers' networks",
    "169.254.1.1, a link-local address",
    "fe80::1, a link-local address",
    "0.0.0.0, no address of one machine",
    "239.1.1.1, no address of one machine",
    "240.0.0.1, no address of the internet",
  })
  void othersAreToldByTheirKind(String host, String kind) {
    assertThat(doubt(host)).contains("agents elsewhere do not reach " + host + ", " + kind);
  }

  @Test
  void aNameWithOneAddressOfTheInternetIsNone() {
    assertThat(doubt("pit.example", "192.168.1.1", "192.0.2.1")).isEmpty();
  }

  @Test
  void aNameThatLeadsToOtherAddressesIsToldWithThem() {
    assertThat(doubt("pit.example", "192.168.1.1"))
        .contains(
            "this machine resolves pit.example to 192.168.1.1, a private address; agents that are"
                + " told the same do not reach it from elsewhere");
  }

  /** As an installer writes it to /etc/hosts. */
  @Test
  void aNameThatIsLoopbackToThisMachineIsNone() {
    assertThat(doubt("pit.example", "127.0.1.1")).isEmpty();
    assertThat(doubt("pit.example", "::1", "192.168.1.1")).isEmpty();
  }

  @Test
  void aNameThatDoesNotResolveIsTold() {
    assertThat(doubt("pit.example"))
        .contains(
            "pit.example does not resolve on this machine; agents that cannot resolve it either"
                + " have no way here");
  }

  @Test
  void aLookupThatTakesLongIsNotWaitedFor() {
    assertThat(
            PublicAddressDoubt.about(
                "pit.example",
                name -> {
                  while (true) {
                    LockSupport.parkNanos(Duration.ofHours(1).toNanos());
                  }
                },
                Duration.ofMillis(20)))
        .hasValueSatisfying(doubt -> assertThat(doubt).contains("does not resolve"));
  }
}
