package org.moshpit.agent.punch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.common.sansio.TransportAddress;

class AimTest {
  /** Of a router that maps ports and names an address that is not its own. */
  private static final TransportAddress FALSE = TransportAddress.parse("198.51.100.77:4000");

  private static final TransportAddress SEEN = TransportAddress.parse("203.0.113.2:5000");
  private static final TransportAddress ALSO = TransportAddress.parse("203.0.113.3:6000");
  private static final TransportAddress LAN = TransportAddress.parse("192.168.2.20:5000");

  private final Aim aim = new Aim(DestinationRules.STANDARD);

  private static List<Candidate> described(TransportAddress... addresses) {
    return PunchBench.description(addresses).candidates();
  }

  @Test
  void whatTheRendezvousSeesIsAimedAtAndNotWhatOnlyARouterSays() {
    aim.described(described(FALSE, LAN, SEEN));
    assertThat(aim.confirmed()).isEmpty();
    aim.seen(SEEN.ip());
    assertThat(aim.confirmed()).contains(SEEN);
    assertThat(aim.ip()).isEqualTo(SEEN.ip());
  }

  @Test
  void theOrderOfTheTwoWordsDoesNotMatter() {
    aim.seen(SEEN.ip());
    aim.described(described(FALSE, SEEN));
    assertThat(aim.confirmed()).contains(SEEN);
  }

  @Test
  void withoutAWordOfTheRendezvousItIsTheFirstAndNothingIsConfirmed() {
    aim.described(described(FALSE, SEEN));
    assertThat(aim.ip()).isEqualTo(FALSE.ip());
    assertThat(aim.confirmed()).isEmpty();
  }

  @Test
  void onceConfirmedItStaysAsLongAsThePeerSaysSo() {
    aim.described(described(ALSO, SEEN));
    aim.seen(SEEN.ip());
    assertThat(aim.confirmed()).contains(SEEN);
    aim.seen(ALSO.ip());
    assertThat(aim.confirmed()).contains(SEEN);
    aim.described(described(ALSO));
    assertThat(aim.confirmed()).contains(ALSO);
  }

  @Test
  void aPrivateAddressIsNeverAimedAt() {
    aim.seen(LAN.ip());
    aim.described(described(LAN));
    assertThat(aim.ip()).isNull();
    assertThat(aim.confirmed()).isEmpty();
  }
}
