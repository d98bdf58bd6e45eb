package org.moshpit.agent.candidates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class IceDescriptionTest {
  private static final String PWD = "0123456789abcdefghijkl";

  @Test
  void ofTooManyCandidatesTheBestStay() {
    List<Candidate> many = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      many.add(new Candidate(CandidateType.HOST, TransportAddress.parse("192.0.2.1:" + i), i, "1"));
    }
    many.add(null);
    IceDescription description = IceDescription.fromPeer("abcd", PWD, many, 1).orElseThrow();
    assertThat(description.candidates())
        .hasSize(IceDescription.MAX_CANDIDATES)
        .allMatch(candidate -> candidate.priority() > 8);
    assertThatThrownBy(() -> new IceDescription("abcd", PWD, many.subList(0, 33), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void unusableValuesOfAPeerAreNoDescription() {
    assertThat(IceDescription.fromPeer("abc", PWD, List.of(), 1)).isEmpty();
    assertThat(IceDescription.fromPeer("abcd", "short", List.of(), 1)).isEmpty();
    assertThat(IceDescription.fromPeer("ab:cd", PWD, List.of(), 1)).isEmpty();
    assertThat(IceDescription.fromPeer("abcd", PWD, List.of(), -1)).isEmpty();
    assertThat(IceDescription.fromPeer("abcd", PWD, List.of(), 0)).isPresent();
  }

  @Test
  void thePasswordIsNeverShown() {
    IceCredentials credentials = IceCredentials.random(new SplittableRandom(1));
    assertThat(new IceDescription("abcd", PWD, List.of(), 1).toString()).doesNotContain(PWD);
    assertThat(credentials.toString()).doesNotContain(credentials.pwd());
    assertThat(credentials.pwd()).hasSize(24);
  }

  @Property
  void noValueOfAPeerThrows(
      @ForAll byte[] ip, @ForAll int port, @ForAll long priority, @ForAll String foundation) {
    Candidate.fromPeer(CandidateType.HOST, ip, port, priority, foundation)
        .ifPresent(
            candidate -> {
              assertThat(candidate.priority()).isPositive();
              assertThat(candidate.address().port()).isPositive();
            });
    assertThat(Candidate.fromPeer(null, new byte[4], 1, 1, "1")).isEmpty();
  }

  @Test
  void equalOriginsShareAFoundation() {
    Foundations foundations = new Foundations();
    String host = foundations.of(CandidateType.HOST, TransportAddress.parseIp("192.0.2.1"));
    assertThat(foundations.of(CandidateType.HOST, TransportAddress.parseIp("192.0.2.1")))
        .isEqualTo(host);
    assertThat(
            foundations.of(CandidateType.SERVER_REFLEXIVE, TransportAddress.parseIp("192.0.2.1")))
        .isNotEqualTo(host);
    assertThat(foundations.of(CandidateType.HOST, TransportAddress.parseIp("192.0.2.2")))
        .isNotEqualTo(host);
  }
}
