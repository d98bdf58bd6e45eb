package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class UdpCheckTest {
  private static final TransportAddress FIRST = TransportAddress.parse("192.0.2.1:3478");
  private static final TransportAddress SECOND = TransportAddress.parse("192.0.2.1:3479");
  private static final TransportAddress OTHER = TransportAddress.parse("192.0.2.2:3479");

  private static List<Finding> look(List<TransportAddress> servers, TransportAddress... answering)
      throws IOException {
    return new UdpCheck(servers, asked -> Set.of(answering)).look();
  }

  @Test
  void bothPortsAnswer() throws IOException {
    assertThat(look(List.of(SECOND, FIRST), FIRST, SECOND))
        .containsExactly(Finding.ok("UDP 3478", ""), Finding.ok("UDP 3479", ""));
  }

  @Test
  void theSecondPortIsForgottenInAFirewall() throws IOException {
    List<Finding> found = look(List.of(FIRST, SECOND), FIRST);
    assertThat(found.get(0)).isEqualTo(Finding.ok("UDP 3478", ""));
    assertThat(found.get(1).level()).isEqualTo(Finding.Level.WARNING);
    assertThat(found.get(1).said()).isEqualTo("no answer");
    assertThat(found.get(1).remedy()).startsWith("Open UDP port 3479 too, at the rendezvous");
  }

  @Test
  void udpIsBlockedAltogether() throws IOException {
    assertThat(look(List.of(FIRST, SECOND)))
        .hasSize(2)
        .allSatisfy(
            finding -> {
              assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
              assertThat(finding.remedy())
                  .contains("out of this network", "every session stays on the relay");
            })
        .extracting(Finding::what)
        .containsExactly("UDP 3478", "UDP 3479");
  }

  @Test
  void oneOfTwoAddressesIsNamed() throws IOException {
    assertThat(look(List.of(FIRST, SECOND, OTHER), FIRST, SECOND).get(1).said())
        .isEqualTo("no answer from 192.0.2.2");
  }

  @Test
  void nobodyElseIsAsked() throws IOException {
    UdpCheck check =
        new UdpCheck(
            List.of(),
            asked -> {
              throw new AssertionError("asked");
            });
    assertThat(check.look())
        .singleElement()
        .extracting(Finding::level)
        .isEqualTo(Finding.Level.WARNING);
  }
}
