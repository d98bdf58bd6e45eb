package org.moshpit.agent.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Registration;
import org.moshpit.common.wire.proto.StunServer;

class StunServersTest {
  private static final TransportAddress LINKED = TransportAddress.parse("198.51.100.1:443");

  private static Registration registration(String... addresses) {
    Registration.Builder registration = Registration.newBuilder();
    for (String text : addresses) {
      TransportAddress address = TransportAddress.parse(text);
      registration.addStun(
          StunServer.newBuilder()
              .setIp(ByteString.copyFrom(address.ip().getAddress()))
              .setPort(address.port()));
    }
    return registration.build();
  }

  private static List<String> taken(TransportAddress linked, String... addresses) {
    return StunServers.of(registration(addresses), linked).addresses().stream()
        .map(TransportAddress::toString)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:53",
        "127.9.9.9:3478",
        "[::1]:3478",
        "239.1.1.1:1900",
        "[ff02::1]:3478",
        "255.255.255.255:9",
        "0.0.0.0:3478",
        "169.254.169.254:80",
        "[fe80::1]:3478"
      })
  void noServerIsWhereNoCheckMayGo(String address) {
    assertThat(taken(LINKED, address)).isEmpty();
    assertThat(taken(null, address)).isEmpty();
  }

  @Test
  void onLoopbackLoopbackIsTaken() {
    TransportAddress linked = TransportAddress.parse("127.0.0.1:443");
    assertThat(taken(linked, "127.0.0.1:3478", "239.1.1.1:1900")).containsExactly("127.0.0.1:3478");
  }

  /** A rendezvous on the internet has no business in the networks of its agents. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.168.1.1:53",
        "10.0.0.5:3478",
        "172.16.3.4:3478",
        "100.64.0.9:3478",
        "[fd00::1]:3478",
        "[64:ff9b::192.168.1.1]:3478"
      })
  void aPublicRendezvousNamesNoPrivateServer(String address) {
    assertThat(taken(LINKED, address)).isEmpty();
    assertThat(taken(null, address)).isEmpty();
  }

  @Test
  void oneOnAPrivateAddressMayNamePrivateServers() {
    TransportAddress linked = TransportAddress.parse("10.0.0.1:443");
    assertThat(taken(linked, "10.0.0.1:443", "192.168.7.7:3478", "[2001:db8::7]:3478"))
        .containsExactly("10.0.0.1:443", "192.168.7.7:3478", "[2001:db8::7]:3478");
  }

  @Test
  void twoPortsOfTwoHostsOfEachFamilyAreEnough() {
    assertThat(
            taken(
                LINKED,
                "198.51.100.7:1",
                "198.51.100.7:2",
                "198.51.100.7:3",
                "198.51.100.8:1",
                "198.51.100.9:1",
                "198.51.100.8:2",
                "[2001:db8::1]:1",
                "[2001:db8::2]:1",
                "[2001:db8::3]:1"))
        .containsExactly(
            "198.51.100.7:1",
            "198.51.100.7:2",
            "198.51.100.8:1",
            "198.51.100.8:2",
            "[2001:db8::1]:1",
            "[2001:db8::2]:1");
  }

  @Test
  void aServerWithoutAnAddressIsWhereTheLinkGoes() {
    Registration registration =
        Registration.newBuilder()
            .addStun(StunServer.newBuilder().setPort(3478))
            .addStun(StunServer.newBuilder().setPort(3479))
            .build();
    assertThat(StunServers.of(registration, LINKED).addresses())
        .containsExactly(
            TransportAddress.parse("198.51.100.1:3478"),
            TransportAddress.parse("198.51.100.1:3479"));
  }

  @Test
  void theGuessIsBoundedTheSameWay() {
    assertThat(
            StunServers.guess(
                    List.of(
                        LINKED,
                        TransportAddress.parse("198.51.100.2:443"),
                        TransportAddress.parse("198.51.100.3:443")))
                .addresses())
        .hasSize(4);
  }

  @Test
  void whatIsRelayedGoesOnlyToTheAddressOfTheLink() {
    StunServers servers =
        new StunServers(
            List.of(
                TransportAddress.parse("198.51.100.7:3478"),
                TransportAddress.parse("198.51.100.1:3478"),
                TransportAddress.parse("198.51.100.1:3479")));
    assertThat(servers.at(LINKED).addresses())
        .containsExactly(
            TransportAddress.parse("198.51.100.1:3478"),
            TransportAddress.parse("198.51.100.1:3479"));
    assertThat(servers.at(TransportAddress.parse("203.0.113.9:443")).addresses()).isEmpty();
    assertThat(servers.at(null)).isEqualTo(StunServers.NONE);
  }
}
