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

    assertThat(relays.decide(0, LAPTOP, "lap", 7, ONE))
        .isEqualTo(new Decision(Verdict.FORWARD, BOX));
    assertThat(relays.decide(0, BOX, "box", 7, ONE))
        .isEqualTo(new Decision(Verdict.FORWARD, LAPTOP));
  }

  @Test
  void othersAndUnknownNumbersAreForTheCore() {
    relays.route(0, 7, LAPTOP, BOX);

    assertThat(relays.decide(0, STRANGER, "eve", 7, ONE).verdict()).isEqualTo(Verdict.ASK);
    assertThat(relays.decide(0, LAPTOP, "lap", 8, ONE).verdict()).isEqualTo(Verdict.ASK);
    assertThat(relays.drop(7)).containsExactly(LAPTOP, BOX);
    assertThat(relays.decide(0, LAPTOP, "lap", 7, ONE).verdict()).isEqualTo(Verdict.ASK);
  }

  @Test
  void anEndThatIsAwayGetsNothing() {
    relays.route(0, 7, null, BOX);

    assertThat(relays.decide(0, BOX, "box", 7, ONE).verdict()).isEqualTo(Verdict.DROP);
    assertThat(relays.decide(0, LAPTOP, "lap", 7, ONE).verdict()).isEqualTo(Verdict.ASK);
  }

  @Test
  void eachEndHasAQuotaThatRoutingAgainDoesNotReset() {
    relays.route(0, 7, LAPTOP, BOX);
    ByteString large = ByteString.copyFrom(new byte[1024]);
    int passed = 0;
    while (relays.decide(0, LAPTOP, "lap", 7, large).verdict() == Verdict.FORWARD) {
      passed++;
      relays.route(0, 7, LAPTOP, BOX);
    }

    assertThat(passed).isEqualTo(RelaySwitch.BURST / 1024);
    assertThat(relays.decide(0, BOX, "box", 7, large).verdict()).isEqualTo(Verdict.FORWARD);
    assertThat(relays.decide(SECOND, LAPTOP, "lap", 7, large).verdict()).isEqualTo(Verdict.FORWARD);
  }

  /** Bytes of one agent that pass in a second on this many relays at once, at the full rate. */
  private long passed(String laptop, String box, int first, int count) {
    ByteString large = ByteString.copyFrom(new byte[1024]);
    for (int i = first; i < first + count; i++) {
      relays.route(0, i, LAPTOP, BOX);
    }
    long passed = 0;
    for (int ms = 0; ms < 1000; ms++) {
      for (int i = first; i < first + count; i++) {
        if (relays.decide(ms * 1_000_000L, LAPTOP, laptop, i, large).verdict() == Verdict.FORWARD) {
          passed += 1024;
        }
        relays.decide(ms * 1_000_000L, BOX, box, i, large);
      }
    }
    return passed;
  }

  @Test
  void aPairWithManyRelaysLeavesMostOfItToOthers() {
    long most = 2L * RelaySwitch.AGENT_PER_SECOND;
    assertThat(passed("lap", "box", 1, 512)).isBetween(most - (64 << 10), most);
    assertThat(2 * most).isLessThanOrEqualTo(RelaySwitch.TOTAL_PER_SECOND / 2);

    // as much as another asks for in that second, one relay's share
    assertThat(passed("other", "its-box", 1000, 1)).isBetween(760L << 10, 768L << 10);
  }

  @Test
  void aHundredBusySessionsToOneBoxLoseNothing() {
    ByteString frame = ByteString.copyFrom(new byte[1300]);
    for (int i = 0; i < 100; i++) {
      relays.route(0, i, LAPTOP, BOX);
    }
    for (int tick = 0; tick < 500; tick++) { // ten seconds of mosh's fifty frames
      for (int i = 0; i < 100; i++) {
        assertThat(relays.decide(tick * 20_000_000L, BOX, "box", i, frame).verdict())
            .isEqualTo(Verdict.FORWARD);
      }
    }
  }
}
