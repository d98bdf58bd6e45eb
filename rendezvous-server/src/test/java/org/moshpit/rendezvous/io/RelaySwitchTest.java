package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.rendezvous.core.LinkId;
import org.moshpit.rendezvous.io.RelaySwitch.Decision;
import org.moshpit.rendezvous.io.RelaySwitch.Verdict;
import org.moshpit.rendezvous.responder.RelayDoor;
import org.moshpit.rendezvous.responder.RelayEnd;
import org.moshpit.rendezvous.responder.RelayEnds;

class RelaySwitchTest {
  private static final LinkId LAPTOP = new LinkId(1);
  private static final LinkId BOX = new LinkId(2);
  private static final LinkId STRANGER = new LinkId(3);
  private static final ByteString ONE = ByteString.copyFromUtf8("x");
  private static final long SECOND = 1_000_000_000L;

  private static final long COOKIE = 0x4102030405060708L;
  private static final byte[] KEY = new byte[32];
  private static final TransportAddress AT = TransportAddress.parse("192.0.2.7:7");

  private final RelayDoor door = new RelayDoor(new byte[32], (from, payload) -> {});
  private final RelaySwitch relays = new RelaySwitch(0, door);

  @Test
  void datagramsGoToTheOtherEnd() {
    relays.route(0, 7, LAPTOP, BOX);

    assertThat(relays.decide(0, LAPTOP, "lap", 7, ONE))
        .isEqualTo(new Decision(Verdict.FORWARD, BOX, null));
    assertThat(relays.decide(0, BOX, "box", 7, ONE))
        .isEqualTo(new Decision(Verdict.FORWARD, LAPTOP, null));
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

  private RelayEnd open(long now, LinkId link, long cookie) {
    RelayEnd end = new RelayEnd(now, cookie, KEY, 7, link.value());
    relays.admit(link, end);
    RelayEnds.open(door, now, cookie, KEY, AT);
    return end;
  }

  @Test
  void anEndIsAnsweredByTheWayItSpeaks() {
    relays.route(0, 7, LAPTOP, BOX);
    RelayEnd lap = open(0, LAPTOP, COOKIE);
    Decision byUdp = new Decision(Verdict.FORWARD, null, lap);
    Decision byBoth = new Decision(Verdict.FORWARD, LAPTOP, lap);
    Decision byLink = new Decision(Verdict.FORWARD, LAPTOP, null);
    assertThat(relays.decide(0, BOX, "box", 7, ONE)).isEqualTo(byUdp);
    assertThat(relays.decide(0, lap, "lap", 1)).isEqualTo(new Decision(Verdict.FORWARD, BOX, null));

    // It has its doubts: both ways for a second.
    relays.decide(SECOND / 2, LAPTOP, "lap", 7, ONE);
    assertThat(relays.decide(SECOND, BOX, "box", 7, ONE)).isEqualTo(byBoth);
    RelayEnds.data(door, 2 * SECOND, COOKIE, AT);
    assertThat(relays.decide(2 * SECOND, BOX, "box", 7, ONE)).isEqualTo(byUdp);

    // Only over the link: so is it answered.
    relays.decide(3 * SECOND, LAPTOP, "lap", 7, ONE);
    assertThat(relays.decide(10 * SECOND, BOX, "box", 7, ONE)).isEqualTo(byLink);

    RelayEnds.data(door, 11 * SECOND, COOKIE, AT);
    assertThat(relays.decide(11 * SECOND, BOX, "box", 7, ONE)).isEqualTo(byUdp);
    assertThat(relays.decide(11 * SECOND + RelayEnd.SILENT, BOX, "box", 7, ONE)).isEqualTo(byLink);
  }

  /** It may have lost its UDP, and learn of it from nothing else. */
  @Test
  void anEndThatHasBeenSilentForASecondIsSentToByBoth() {
    relays.route(0, 7, LAPTOP, BOX);
    RelayEnd lap = open(0, LAPTOP, COOKIE);
    RelayEnd box = open(0, BOX, COOKIE + 1);
    Decision byUdp = new Decision(Verdict.FORWARD, null, box);
    Decision byBoth = new Decision(Verdict.FORWARD, BOX, box);
    assertThat(relays.decide(SECOND - 1, lap, "lap", 1)).isEqualTo(byUdp);
    assertThat(relays.decide(SECOND, lap, "lap", 1)).isEqualTo(byBoth);
    assertThat(relays.decide(SECOND, LAPTOP, "lap", 7, ONE)).isEqualTo(byBoth);
    RelayEnds.data(door, SECOND, COOKIE + 1, AT);
    assertThat(relays.decide(SECOND, lap, "lap", 1)).isEqualTo(byUdp);
  }

  @Test
  void eachEndHasItsOwnWay() {
    relays.route(0, 7, LAPTOP, BOX);
    RelayEnd box = open(0, BOX, COOKIE);
    RelayEnd lap = open(0, LAPTOP, COOKIE + 1);

    assertThat(relays.decide(0, box, "box", 1)).isEqualTo(new Decision(Verdict.FORWARD, null, lap));
    assertThat(relays.decide(0, lap, "lap", 1)).isEqualTo(new Decision(Verdict.FORWARD, null, box));
  }

  @Test
  void whatIsTooLongForAPacketGoesOverTheLink() {
    relays.route(0, 7, LAPTOP, BOX);
    open(0, BOX, COOKIE);

    assertThat(relays.decide(0, LAPTOP, "lap", 7, ByteString.copyFrom(new byte[1401])))
        .isEqualTo(new Decision(Verdict.FORWARD, BOX, null));
  }

  @Test
  void aCookieDiesWithItsLinkWithTheNextAndWithTheRelay() {
    relays.route(0, 7, LAPTOP, BOX);
    RelayEnd first = open(0, LAPTOP, COOKIE);
    relays.route(0, 7, LAPTOP, STRANGER);
    assertThat(relays.decide(0, first, "lap", 1).verdict()).isEqualTo(Verdict.FORWARD);

    RelayEnd second = open(0, LAPTOP, COOKIE + 1);
    assertThat(relays.decide(0, first, "lap", 1).verdict()).isEqualTo(Verdict.DROP);
    assertThat(relays.decide(0, second, "lap", 1).verdict()).isEqualTo(Verdict.FORWARD);
    assertThat(first.isOpen(0)).isFalse();

    relays.route(0, 7, null, STRANGER);
    assertThat(relays.decide(0, second, "lap", 1).verdict()).isEqualTo(Verdict.DROP);
    relays.route(0, 7, LAPTOP, STRANGER);
    RelayEnd third = open(0, LAPTOP, COOKIE + 2);
    assertThat(door.size()).isOne();
    relays.drop(7);
    assertThat(relays.decide(0, third, "lap", 1).verdict()).isEqualTo(Verdict.DROP);
    assertThat(door.size()).isZero();
  }

  /** The core may have given it while the link was going. */
  @Test
  void aCookieForALinkThatIsNoEndIsNotAdmitted() {
    relays.route(0, 7, LAPTOP, BOX);
    relays.admit(STRANGER, new RelayEnd(0, COOKIE, KEY, 7, STRANGER.value()));
    relays.admit(LAPTOP, new RelayEnd(0, COOKIE, KEY, 8, LAPTOP.value()));

    assertThat(door.size()).isZero();
  }

  @Test
  void bothWaysTakeFromOneQuota() {
    relays.route(0, 7, LAPTOP, BOX);
    RelayEnd lap = open(0, LAPTOP, COOKIE);
    ByteString large = ByteString.copyFrom(new byte[1024]);
    int passed = 0;
    while (relays.decide(0, lap, "lap", 1024).verdict() == Verdict.FORWARD
        && relays.decide(0, LAPTOP, "lap", 7, large).verdict() == Verdict.FORWARD) {
      passed += 2;
    }

    assertThat(passed).isEqualTo(RelaySwitch.BURST / 1024);
  }
}
