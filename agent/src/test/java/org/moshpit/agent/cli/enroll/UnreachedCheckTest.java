package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.sansio.TransportAddress;

class UnreachedCheckTest {
  private static final TransportAddress PIT = TransportAddress.parse("127.0.0.1:3478");
  private static final TransportAddress NEXT = TransportAddress.parse("127.0.0.1:3479");

  private static List<Finding> look(
      RendezvousAddresses places, TcpQuestion.Answer tcp, TransportAddress... udp)
      throws IOException {
    return new UnreachedCheck(places, address -> tcp, asked -> Set.of(udp)).look();
  }

  @Test
  void allThatWasTriedIsThere() throws IOException {
    List<Finding> found =
        look(new RendezvousAddresses(List.of(PIT), List.of()), TcpQuestion.Answer.SILENT, NEXT);
    assertThat(found)
        .extracting(finding -> finding.what() + ": " + finding.said())
        .containsExactly(
            "TCP to 127.0.0.1:3478: no answer",
            "UDP to 127.0.0.1:3478: no answer",
            "UDP to 127.0.0.1:3479: ");
    assertThat(found)
        .extracting(Finding::level)
        .containsExactly(Finding.Level.WRONG, Finding.Level.WRONG, Finding.Level.OK);
  }

  @ParameterizedTest
  @CsvSource({
    "SILENT, true, TCP does not get to it",
    "REFUSED, true, TCP does not get to it",
    "SILENT, false, a firewall drops all of it",
    "REFUSED, false, see that rendezvous-server runs",
    "NO_WAY, false, no way there",
    "CONNECTED, true, enroll again",
  })
  void theOneThingToDoStandsAtTheEnd(TcpQuestion.Answer tcp, boolean udp, String words)
      throws IOException {
    RendezvousAddresses places = new RendezvousAddresses(List.of(PIT), List.of());
    List<Finding> found = udp ? look(places, tcp, PIT, NEXT) : look(places, tcp);
    assertThat(found.get(2).remedy()).contains(words);
    assertThat(found.subList(0, 2)).allSatisfy(one -> assertThat(one.remedy()).isEmpty());
  }

  @Test
  void aNameNobodyKnowsIsSaid() throws IOException {
    assertThat(
            look(
                new RendezvousAddresses(List.of(), List.of("pit.example")),
                TcpQuestion.Answer.SILENT))
        .containsExactly(
            Finding.wrong(
                "name pit.example",
                "not known",
                "Look at the join URL, and whether names are resolved here: getent hosts"
                    + " pit.example"));
  }
}
