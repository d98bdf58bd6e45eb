package org.moshpit.rendezvous.responder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.moshpit.common.sansio.TransportAddress;

class ObservationTokensTest {
  private static final TransportAddress SEEN = TransportAddress.parse("203.0.113.5:4000");
  private static final long NOW = 1_700_000_000_000L;
  private final ObservationTokens tokens = new ObservationTokens(new byte[32]);
  private final String token = tokens.issue(1, 2, SEEN, NOW);

  @Example
  void isGoodForTenSeconds() {
    assertThat(token).hasSize(ObservationTokens.LENGTH);
    assertThat(tokens.verify(token, 1, 2, SEEN, NOW)).isTrue();
    assertThat(tokens.verify(token, 1, 2, SEEN, NOW + 10_000)).isTrue();
    assertThat(tokens.verify(token, 1, 2, SEEN, NOW + 10_001)).isFalse();
    assertThat(tokens.verify(token, 1, 2, SEEN, NOW - 10_001)).isFalse();
  }

  @Example
  void isGoodForNothingElse() {
    assertThat(tokens.verify(token, 2, 2, SEEN, NOW)).isFalse();
    assertThat(tokens.verify(token, 1, 3, SEEN, NOW)).isFalse();
    assertThat(tokens.verify(token, 1, 2, TransportAddress.parse("203.0.113.5:4001"), NOW))
        .isFalse();
    assertThat(tokens.verify(token, 1, 2, TransportAddress.parse("203.0.113.6:4000"), NOW))
        .isFalse();
    byte[] other = new byte[32];
    other[31] = 1;
    assertThat(new ObservationTokens(other).verify(token, 1, 2, SEEN, NOW)).isFalse();
  }

  @Property
  void noOtherTextIsATokenOfIt(
      @ForAll @IntRange(max = 31) int at,
      @ForAll char character,
      @ForAll @StringLength(max = 40) String text) {
    String changed = token.substring(0, at) + character + token.substring(at + 1);

    assertThat(tokens.verify(changed, 1, 2, SEEN, NOW)).isEqualTo(changed.equals(token));
    assertThat(tokens.verify(text, 1, 2, SEEN, NOW)).isFalse();
  }

  @Example
  void aShortSecretIsRefused() {
    assertThatThrownBy(() -> new ObservationTokens(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
