package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.moshpit.rendezvous.core.LinkId;
import org.moshpit.rendezvous.io.RelaySwitch.Decision;
import org.moshpit.rendezvous.io.RelaySwitch.Verdict;

class RelaySwitchTest {
  private static final LinkId LAPTOP = new LinkId(1);
  private static final LinkId BOX = new LinkId(2);
  private static final LinkId STRANGER = new LinkId(3);
  private static final ByteString ONE = ByteString.copyFromUtf8("x");
  private static final long SECOND = 1_000_000_000L;

  private final RelaySwitch relays = new RelaySwitch(0);

  @Test
  void datagramsGoToTheOtherEnd() {
    relays.route(0, 7, LAPTOP, BOX);

    assertThat(relays.decide(0, LAPTOP, 7, ONE)).isEqualTo(new Decision(Verdict.FORWARD, BOX));
    assertThat(relays.decide(0, BOX, 7, ONE)).isEqualTo(new Decision(Verdict.FORWARD, LAPTOP));
  }

  @Test
  void othersAndUnknownNumbersAreForTheCore() {
    relays.route(0, 7, LAPTOP, BOX);

    assertThat(relays.decide(0, STRANGER, 7, ONE).verdict()).isEqualTo(Verdict.ASK);
    assertThat(relays.decide(0, LAPTOP, 8, ONE).verdict()).isEqualTo(Verdict.ASK);
    assertThat(relays.drop(7)).containsExactly(LAPTOP, BOX);
    assertThat(relays.decide(0, LAPTOP, 7, ONE).verdict()).isEqualTo(Verdict.ASK);
  }

  @Test
  void anEndThatIsAwayGetsNothing() {
    relays.route(0, 7, null, BOX);

    assertThat(relays.decide(0, BOX, 7, ONE).verdict()).isEqualTo(Verdict.DROP);
    assertThat(relays.decide(0, LAPTOP, 7, ONE).verdict()).isEqualTo(Verdict.ASK);
  }

  @Test
  void eachEndHasAQuotaThatRoutingAgainDoesNotReset() {
    relays.route(0, 7, LAPTOP, BOX);
    ByteString large = ByteString.copyFrom(new byte[1024]);
    int passed = 0;
    while (relays.decide(0, LAPTOP, 7, large).verdict() == Verdict.FORWARD) {
      passed++;
      relays.route(0, 7, LAPTOP, BOX);
    }

    assertThat(passed).isEqualTo(RelaySwitch.BURST / 1024);
    assertThat(relays.decide(0, BOX, 7, large).verdict()).isEqualTo(Verdict.FORWARD);
    assertThat(relays.decide(SECOND, LAPTOP, 7, large).verdict()).isEqualTo(Verdict.FORWARD);
  }
}
