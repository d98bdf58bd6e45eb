package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.StunServer;

class StunServersTest {
  @Test
  void oneAddressIsTheLinksOwn() {
    assertThat(
            StunServers.of(List.of(TransportAddress.parse("0.0.0.0:3478")), List.of("pit.example")))
        .containsExactly(new StunServer(Bytes.EMPTY, 3478), new StunServer(Bytes.EMPTY, 3479));
  }

  @Test
  void twoAddressesAreNamed() {
    assertThat(
            StunServers.of(
                List.of(
                    TransportAddress.parse("192.0.2.1:1000"),
                    TransportAddress.parse("192.0.2.2:2000")),
                List.of("pit.example")))
        .contains(
            new StunServer(Bytes.EMPTY, 1000),
            new StunServer(Bytes.ofHex("c0000201"), 1000),
            new StunServer(Bytes.ofHex("c0000202"), 2001))
        .hasSize(6);
    assertThat(
            StunServers.of(
                List.of(TransportAddress.parse("[::]:3478")), List.of("192.0.2.1", "2001:db8::1")))
        .contains(new StunServer(Bytes.ofHex("c0000201"), 3479))
        .hasSize(6);
  }
}
