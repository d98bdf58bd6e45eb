package org.moshpit.agent.candidates;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

class LocalCandidatesTest {
  private static final SocketId ONE = new SocketId(1);

  private final LocalCandidates candidates = new LocalCandidates(DestinationRules.STANDARD);

  private static TransportAddress outer(int port) {
    return new TransportAddress(TransportAddress.parseIp("12.0.2.2"), port);
  }

  @Test
  void aMappedPortHasAPlaceBesideWhatAHardNatShowsEachServer() {
    candidates.host(ONE, TransportAddress.parse("192.168.1.21:60001"));
    for (int port = 1; port < 9; port++) {
      candidates.reflexive(ONE, outer(port));
    }
    assertThat(candidates.portMapped(ONE, outer(60001))).isPresent();
    assertThat(candidates.portMapped(ONE, outer(60001))).isEmpty();
    for (int port = 101; port < 109; port++) {
      candidates.portMapped(ONE, outer(port));
    }
    assertThat(candidates.of(ONE)).hasSize(1 + 4 + 2);
    assertThat(candidates.candidates()).extracting(Candidate::address).contains(outer(60001));
  }

  @Test
  void aMappedPortDoesNotWaitBehindTheOthersOfItsKind() {
    candidates.host(ONE, TransportAddress.parse("192.168.1.21:60001"));
    Candidate seen = candidates.reflexive(ONE, outer(1)).orElseThrow().candidate();
    Candidate alsoSeen = candidates.reflexive(ONE, outer(2)).orElseThrow().candidate();
    Candidate mapped = candidates.portMapped(ONE, outer(60001)).orElseThrow().candidate();
    assertThat(alsoSeen.foundation()).isEqualTo(seen.foundation());
    assertThat(mapped.foundation()).isNotEqualTo(seen.foundation());
    assertThat(mapped.type()).isEqualTo(CandidateType.SERVER_REFLEXIVE);
  }
}
