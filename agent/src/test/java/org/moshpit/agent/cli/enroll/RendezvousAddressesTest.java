package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.proto.Registration;
import org.moshpit.common.wire.proto.StunServer;

class RendezvousAddressesTest {
  private static final TransportAddress PIT = TransportAddress.parse("127.0.0.1:3478");

  private static TransportAddress at(String text) {
    return TransportAddress.parse(text);
  }

  private static StunServer server(String ip, int port) {
    return StunServer.newBuilder()
        .setIp(
            ip.isEmpty()
                ? ByteString.EMPTY
                : ByteString.copyFrom(TransportAddress.parseIp(ip).getAddress()))
        .setPort(port)
        .build();
  }

  @Test
  void literalsAndNamesAreResolvedAndUnknownOnesSaid() {
    Rendezvous rendezvous =
        new Rendezvous(
            HostPort.parse("127.0.0.1", 3478),
            List.of(),
            List.of(HostPort.parse("127.0.0.2:99", 3478)));
    assertThat(RendezvousAddresses.of(rendezvous))
        .isEqualTo(new RendezvousAddresses(List.of(PIT, at("127.0.0.2:99")), List.of()));
  }

  @Test
  void stunServersElsewhereAreLeftAlone() {
    RendezvousAddresses places =
        new RendezvousAddresses(List.of(PIT, at("127.0.0.2:3478")), List.of());
    Registration own =
        Registration.newBuilder()
            .addStun(server("", 3478))
            .addStun(server("", 3479))
            .addStun(server("127.0.0.2", 3478))
            .build();
    assertThat(places.stun(own, PIT))
        .containsExactly(PIT, at("127.0.0.1:3479"), at("127.0.0.2:3478"));
    Registration elsewhere =
        Registration.newBuilder()
            .addStun(server("203.0.113.7", 3478))
            .addStun(server("", 3479))
            .build();
    assertThat(places.stun(elsewhere, PIT)).containsExactly(at("127.0.0.1:3479"));
    assertThat(
            places.stun(Registration.newBuilder().addStun(server("127.0.0.3", 3478)).build(), PIT))
        .isEmpty();
  }

  @Test
  void beforeAnybodySaysSoTheyAreAtThePortAndTheNext() {
    assertThat(new RendezvousAddresses(List.of(PIT), List.of()).guessedStun())
        .containsExactly(PIT, at("127.0.0.1:3479"));
    assertThat(new RendezvousAddresses(List.of(), List.of("x")).guessedStun()).isEmpty();
  }
}
