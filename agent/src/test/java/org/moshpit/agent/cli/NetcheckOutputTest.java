package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.cli.netcheck.NetcheckResult;
import org.moshpit.common.nat.Allocation;
import org.moshpit.common.nat.Filtering;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.nat.NatFindings;
import org.moshpit.common.nat.PortPattern;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.text.Screen;

class NetcheckOutputTest {
  private static final NetcheckResult SEQUENTIAL =
      new NetcheckResult(
          "pit.example.net",
          new NatFindings(
              TransportAddress.parse("203.0.113.5:30001"),
              new NatBehaviour(
                  Mapping.ADDRESS_AND_PORT_DEPENDENT,
                  Filtering.ADDRESS_AND_PORT_DEPENDENT,
                  Allocation.SEQUENTIAL),
              new PortPattern(Allocation.SEQUENTIAL, 2, 30001, 30033),
              List.of(
                  TransportAddress.parseIp("203.0.113.5"), TransportAddress.parseIp("203.0.113.6")),
              null,
              Set.of(NatFindings.Aspect.ALLOCATION)),
          NatFindings.NONE,
          30,
          List.of("PCP", "UPnP"));

  private static NatFindings open6() {
    return new NatFindings(
        TransportAddress.parse("[2001:db8::5]:4000"),
        new NatBehaviour(Mapping.NONE, Filtering.ADDRESS_AND_PORT_DEPENDENT, Allocation.PRESERVING),
        PortPattern.UNKNOWN,
        List.of(TransportAddress.parseIp("2001:db8::5")),
        null,
        Set.of());
  }

  @Test
  void jsonOfAHardNat() {
    assertThat(NetcheckJson.of(SEQUENTIAL))
        .isEqualTo(
            "{\"rendezvous\":\"pit.example.net\",\"udp\":true,"
                + "\"observed\":\"203.0.113.5:30001\","
                + "\"mapping\":\"address-and-port-dependent\","
                + "\"filtering\":\"address-and-port-dependent\","
                + "\"allocation\":\"sequential\",\"step\":2,\"block\":null,"
                + "\"addresses\":[\"203.0.113.5\",\"203.0.113.6\"],\"varies\":[\"allocation\"],"
                + "\"hairpin\":null,\"lifetimeSeconds\":30,\"ipv6\":null,"
                + "\"portMapping\":[\"PCP\",\"UPnP\"],"
                + "\"expect\":{\"open\":\"direct\",\"easy\":\"direct after a few tries\","
                + "\"sequential\":\"direct after a few tries\",\"block\":\"relay\","
                + "\"random\":\"relay\",\"udp-blocked\":\"relay\"}}");
  }

  @Test
  void textOfAHardNat() {
    assertThat(NetcheckText.of(SEQUENTIAL, Screen.PLAIN))
        .containsPattern("(?m)^port allocation +sequential, step 2 \\(varies\\)$")
        .containsPattern("(?m)^public addresses +203.0.113.5, 203.0.113.6$")
        .containsPattern("(?m)^mapping lifetime +at least 30 s without outbound packets$")
        .containsPattern("(?m)^port mapping +PCP, UPnP$")
        .containsPattern("(?m)^IPv6 +no$")
        .contains("What varies differed")
        .doesNotContain("What would help");
  }

  @Test
  void whereThereIsOnlyIpv6ItIsSpokenOfThat() {
    NetcheckResult result =
        new NetcheckResult("pit.example.net", NatFindings.NONE, open6(), null, null);

    assertThat(NetcheckJson.of(result))
        .contains("\"udp\":true", "\"mapping\":\"none\"", "\"ipv6\":{\"observed\":\"[2001:db8:")
        .doesNotContain("portMapping");
    assertThat(NetcheckText.of(result, Screen.PLAIN))
        .contains("no NAT here")
        .doesNotContain("port mapping  ");
  }

  @Test
  void whereOnlyOnePortOfTheRendezvousAnswersTheNatIsNotBlamed() {
    NetcheckResult result =
        new NetcheckResult(
            "pit.example.net",
            new NatFindings(
                TransportAddress.parse("203.0.113.5:30001"),
                new NatBehaviour(
                    Mapping.UNKNOWN, Filtering.ADDRESS_AND_PORT_DEPENDENT, Allocation.PRESERVING),
                PortPattern.UNKNOWN,
                List.of(TransportAddress.parseIp("203.0.113.5")),
                null,
                Set.of()),
            NatFindings.NONE,
            null,
            List.of());

    assertThat(NetcheckText.of(result, Screen.PLAIN))
        .containsPattern("(?m)^mapping +unknown$")
        .contains("the rendezvous' second UDP port (usually 3479) does not answer")
        .contains("What would help: opening that port in the firewalls there.")
        .doesNotContain("a new mapping for each destination");
  }

  @Test
  void withoutUdpAllIsRelay() {
    NetcheckResult result =
        new NetcheckResult("pit.example.net", NatFindings.NONE, NatFindings.NONE, null, null);

    assertThat(NetcheckJson.of(result))
        .contains("\"udp\":false", "\"observed\":null", "\"open\":\"relay\"")
        .doesNotContain("direct");
    assertThat(NetcheckText.of(result, Screen.PLAIN))
        .containsPattern("(?m)^UDP +no answer$")
        .contains("UDP gets no answer from pit.example.net: every session stays on the relay")
        .contains("What would help: a firewall on this network that lets UDP out")
        .contains("opening the rendezvous' own UDP ports (usually 3478 and 3479)");
  }
}
