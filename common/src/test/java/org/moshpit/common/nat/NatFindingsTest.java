package org.moshpit.common.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.moshpit.common.nat.NatFindings.Aspect;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

class NatFindingsTest {
  private static final FilteringProbe STRICT = new FilteringProbe(false, false);
  private static final FilteringProbe OPEN = new FilteringProbe(true, true);
  private int socket;

  @Test
  void withoutAnAnswerNothingIsKnown() {
    assertThat(NatFindings.of(List.of(new NatRound(List.of(), List.of(), STRICT)), true))
        .isEqualTo(NatFindings.NONE);
  }

  @Test
  void twoRoundsThatAgree() {
    NatFindings found =
        NatFindings.of(
            List.of(
                new NatRound(
                    first("203.0.113.5:4000", "203.0.113.5:4000"), spread(20490, 20500), STRICT),
                new NatRound(
                    first("203.0.113.5:4001", "203.0.113.5:4001"), spread(20510, 20950), STRICT)),
            false);

    assertThat(found.observed()).hasToString("203.0.113.5:4001");
    assertThat(found.behaviour())
        .isEqualTo(
            new NatBehaviour(
                Mapping.ENDPOINT_INDEPENDENT,
                Filtering.ADDRESS_AND_PORT_DEPENDENT,
                Allocation.BLOCK));
    assertThat(found.ports()).isEqualTo(new PortPattern(Allocation.BLOCK, 0, 20480, 20991));
    assertThat(found.addresses()).hasSize(1);
    assertThat(found.hairpin()).isFalse();
    assertThat(found.varying()).isEmpty();
  }

  @Test
  void roundsThatDisagreeAreToldAndTheWorstCounts() {
    NatFindings found =
        NatFindings.of(
            List.of(
                new NatRound(
                    first("203.0.113.5:4000", "203.0.113.6:4007"), spread(1100, 60000), STRICT),
                new NatRound(
                    first("203.0.113.5:4001", "203.0.113.5:4001"), spread(20490, 20950), OPEN)),
            null);

    assertThat(found.varying())
        .containsExactlyInAnyOrder(Aspect.MAPPING, Aspect.FILTERING, Aspect.ALLOCATION);
    assertThat(found.behaviour())
        .isEqualTo(
            new NatBehaviour(
                Mapping.ADDRESS_AND_PORT_DEPENDENT,
                Filtering.ADDRESS_AND_PORT_DEPENDENT,
                Allocation.RANDOM));
    assertThat(found.ports().allocation()).isEqualTo(Allocation.RANDOM);
    assertThat(found.addresses()).hasSize(2);
  }

  @Test
  void aPortThatWasTakenDoesNotMakePreservingAnythingElse() {
    List<NatSample> spread = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int base = 50_000 + i;
      spread.add(sample("10.0.0.2:" + base, "203.0.113.5:" + (i == 3 ? 1500 : base)));
    }
    NatRound round = new NatRound(first("203.0.113.5:4000", "203.0.113.5:4000"), spread, STRICT);

    NatFindings found = NatFindings.of(List.of(round), null);

    assertThat(found.behaviour().allocation()).isEqualTo(Allocation.PRESERVING);
    assertThat(found.ports()).isEqualTo(PortPattern.UNKNOWN);
  }

  @Test
  void aHostWithoutTranslationAndFilterHasNone() {
    NatSample direct = sample("203.0.113.5:4000", "203.0.113.5:4000");

    assertThat(
            NatFindings.of(List.of(new NatRound(List.of(direct), List.of(), OPEN)), null)
                .behaviour())
        .isEqualTo(new NatBehaviour(Mapping.NONE, Filtering.NONE, Allocation.PRESERVING));
    assertThat(
            NatFindings.of(List.of(new NatRound(List.of(direct), List.of(), STRICT)), null)
                .behaviour()
                .filtering())
        .isEqualTo(Filtering.ADDRESS_AND_PORT_DEPENDENT);
  }

  /** One socket, two ports of one server. */
  private List<NatSample> first(String one, String other) {
    SocketId id = new SocketId(++socket);
    TransportAddress base = TransportAddress.parse("10.0.0.2:60001");
    return List.of(
        new NatSample(
            id, base, TransportAddress.parse("198.51.100.1:3478"), TransportAddress.parse(one)),
        new NatSample(
            id, base, TransportAddress.parse("198.51.100.1:3479"), TransportAddress.parse(other)));
  }

  /** Five sockets: the two ports by turns, some apart. */
  private List<NatSample> spread(int one, int other) {
    List<NatSample> samples = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int port = (i % 2 == 0 ? one : other) + i;
      samples.add(sample("10.0.0.2:" + (50_000 + i), "203.0.113.5:" + port));
    }
    return samples;
  }

  private NatSample sample(String base, String observed) {
    return new NatSample(
        new SocketId(++socket),
        TransportAddress.parse(base),
        TransportAddress.parse("198.51.100.1:3478"),
        TransportAddress.parse(observed));
  }
}
