package org.moshpit.agent.candidates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.sansio.TransportAddress;

class PrioritiesTest {
  /** RFC 8445 §5.1.2.1 by hand: 126·2²⁴ + 65535·2⁸ + 255 = 2130706431, and so on. */
  @ParameterizedTest
  @CsvSource({
    "HOST, 65535, 2130706431",
    "PEER_REFLEXIVE, 65535, 1862270975",
    "SERVER_REFLEXIVE, 65535, 1694498815",
    "RELAYED, 65535, 16777215",
    "HOST, 0, 2113929471"
  })
  void ofACandidate(CandidateType type, int localPreference, long priority) {
    assertThat(Priorities.candidate(type, localPreference)).isEqualTo(priority);
  }

  @Test
  void ofAPairDependsOnWhoControls() {
    assertThat(Priorities.pair(3, 5)).isEqualTo((3L << 32) + 10);
    assertThat(Priorities.pair(5, 3)).isEqualTo((3L << 32) + 10 + 1);
  }

  @Property
  void bothEndsOrderPairsAlike(
      @ForAll @LongRange(min = 1, max = Integer.MAX_VALUE) long controlling,
      @ForAll @LongRange(min = 1, max = Integer.MAX_VALUE) long controlled) {
    assertThat(Priorities.pair(controlling, controlled)).isPositive();
    assertThat(Priorities.pair(controlling, controlled) >> 32)
        .isEqualTo(Math.min(controlling, controlled));
  }

  @Property
  void everyLocalAddressHasAUsablePreference(@ForAll @IntRange(min = 0) int index) {
    int v4 = Priorities.localPreference(TransportAddress.parseIp("192.168.1.2"), index);
    int v6 = Priorities.localPreference(TransportAddress.parseIp("2001:db8::1"), index);
    assertThat(v4).isBetween(0, 65535).isLessThan(v6);
    assertThat(v6).isBetween(0, 65535);
  }

  @Test
  void publicBeforePrivate() {
    assertThat(Priorities.localPreference(TransportAddress.parseIp("192.0.2.1"), 3))
        .isGreaterThan(Priorities.localPreference(TransportAddress.parseIp("10.0.0.1"), 0));
  }

  @Test
  void aPreferenceOutOfRangeIsTheCallersBug() {
    assertThatThrownBy(() -> Priorities.candidate(CandidateType.HOST, 65536))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
