package org.moshpit.rendezvous.responder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.common.relay.RelayControl;
import org.moshpit.common.relay.RelayControl.Kind;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.common.sansio.TransportAddress;

class RelayDoorTest {
  static final long COOKIE = 0x4102030405060708L;
  static final byte[] KEY = new byte[32];
  private static final TransportAddress HOME = TransportAddress.parse("192.0.2.1:1000");
  private static final TransportAddress AWAY = TransportAddress.parse("192.0.2.1:1001");
  private static final TransportAddress EVE = TransportAddress.parse("203.0.113.66:6");
  private static final long SECOND = 1_000_000_000L;

  private final List<String> taken = new ArrayList<>();
  private final List<String> sent = new ArrayList<>();
  private final RelayOutlet outlet =
      (to, datagram) -> sent.add(to + " " + RelayWire.payload(datagram).length);
  private final RelayDoor door =
      new RelayDoor(
          new byte[32], (from, payload) -> taken.add(from.relay() + " " + payload.length));
  private final RelayEnd end = new RelayEnd(0, COOKIE, KEY, 7, 1);
  private long now;

  @BeforeEach
  void admit() {
    door.admit(end);
  }

  private byte[] say(byte[] datagram, TransportAddress from) {
    byte[] answer = door.receive(now, datagram, from, outlet);
    if (answer != null) {
      assertThat(answer.length).isLessThanOrEqualTo(datagram.length);
    }
    return answer;
  }

  private RelayControl say(RelayControl message, TransportAddress from) {
    byte[] answer = say(message.encode(KEY), from);
    return answer == null ? null : RelayControl.read(answer, KEY);
  }

  private static RelayControl confirm(RelayControl challenge) {
    return challenge.followedBy(Kind.CONFIRM, challenge.token());
  }

  private void open(long number, TransportAddress at) {
    RelayControl challenge = say(RelayControl.open(COOKIE, number), at);
    assertThat(challenge.kind()).isEqualTo(Kind.CHALLENGE);
    RelayControl opened = say(confirm(challenge), at);
    assertThat(opened.kind()).isEqualTo(Kind.OPENED);
    assertThat(opened.number()).isEqualTo(number);
    assertThat(end.address()).isEqualTo(at);
  }

  private void data(TransportAddress from) {
    assertThat(say(RelayWire.data(COOKIE, new byte[5]), from)).isNull();
  }

  @Test
  void dataIsTakenFromAndSentToTheAddressThatConfirmed() {
    data(HOME);
    end.send(new byte[3]);
    assertThat(taken).isEmpty();
    assertThat(sent).isEmpty();

    open(1, HOME);
    data(HOME);
    end.send(new byte[3]);
    assertThat(taken).containsExactly("7 5");
    assertThat(sent).containsExactly(HOME + " 3");
  }

  @Test
  void anOpenAloneMovesNothing() {
    open(1, HOME);
    assertThat(say(RelayControl.open(COOKIE, 2), AWAY)).isNotNull();
    data(AWAY);
    end.send(new byte[3]);

    assertThat(taken).isEmpty();
    assertThat(sent).containsExactly(HOME + " 3");
  }

  @Test
  void aNewAddressNeedsANewOpen() {
    open(1, HOME);
    open(2, AWAY);
    data(HOME);
    assertThat(taken).isEmpty();
    data(AWAY);
    assertThat(taken).hasSize(1);
  }

  @Test
  void aCapturedCookieFromElsewhereIsNothing() {
    open(1, HOME);
    data(EVE);
    assertThat(taken).isEmpty();
    assertThat(end.address()).isEqualTo(HOME);
  }

  @Test
  void anotherKeyIsMetWithSilence() {
    byte[] wrong = new byte[32];
    wrong[0] = 1;
    assertThat(say(RelayControl.open(COOKIE, 1).encode(wrong), HOME)).isNull();
    // and has used up no number
    open(1, HOME);
  }

  /** Everything that was ever said, again, from elsewhere and from the same place. */
  @Test
  void whatIsReplayedIsMetWithSilenceAndMovesNothing() {
    RelayControl open = RelayControl.open(COOKIE, 5);
    RelayControl challenge = say(open, HOME);
    RelayControl opened = say(confirm(challenge), HOME);
    for (TransportAddress from : List.of(EVE, HOME)) {
      for (RelayControl message : List.of(open, challenge, confirm(challenge), opened)) {
        assertThat(say(message, from)).as("%s from %s", message, from).isNull();
      }
    }
    assertThat(say(RelayControl.open(COOKIE, 4), EVE)).isNull();
    assertThat(end.address()).isEqualTo(HOME);
  }

  /** Eve is faster with a copy of the open: she gets a challenge, but cannot confirm it. */
  @Test
  void whoIsFasterWithACapturedOpenGainsNothing() {
    open(1, HOME);
    RelayControl open = RelayControl.open(COOKIE, 2);
    RelayControl hers = say(open, EVE);
    assertThat(say(open, HOME)).isNull();
    assertThat(say(confirm(hers), HOME)).isNull();
    assertThat(end.address()).isEqualTo(HOME);

    open(3, AWAY);
    assertThat(say(confirm(hers), EVE)).isNull();
    assertThat(end.address()).isEqualTo(AWAY);
  }

  /** An agent that says it is where it hears nothing: a third party. */
  @Test
  void theTokenOfOneAddressConfirmsNoOther() {
    RelayControl atHome = say(RelayControl.open(COOKIE, 1), HOME);
    RelayControl atEves = say(RelayControl.open(COOKIE, 2), EVE);
    assertThat(atEves.token()).isNotEqualTo(atHome.token());
    assertThat(say(atEves.followedBy(Kind.CONFIRM, atHome.token()), EVE)).isNull();
    assertThat(say(atEves.followedBy(Kind.CONFIRM, new byte[16]), EVE)).isNull();
    assertThat(end.address()).isNull();
  }

  @Test
  void theCookieOfAnEndedRelayIsVoid() {
    open(1, HOME);
    door.dismiss(end);
    data(HOME);
    end.send(new byte[3]);

    assertThat(say(RelayControl.open(COOKIE, 2), HOME)).isNull();
    assertThat(taken).isEmpty();
    assertThat(sent).isEmpty();
    assertThat(end.isOpen(now)).isFalse();
    assertThat(door.size()).isZero();
  }

  @Test
  void aCookieIsOneEndsOnly() {
    RelayEnd twin = new RelayEnd(0, COOKIE, new byte[32], 8, 2);
    door.admit(twin);
    open(1, HOME);
    assertThat(twin.isOpen(now)).isFalse();
    door.dismiss(twin);
    data(HOME);
    assertThat(taken).containsExactly("7 5");
  }

  @Test
  void anEndThatIsSilentForHalfAMinuteIsNotSentTo() {
    open(1, HOME);
    now = RelayEnd.SILENT - 1;
    assertThat(end.isOpen(now)).isTrue();
    data(EVE);
    now = RelayEnd.SILENT;
    assertThat(end.isOpen(now)).isFalse();
    data(HOME);
    assertThat(end.isOpen(now)).isTrue();
  }

  /** Data can be sent in somebody's name; only an open shows that the agent is still there. */
  @Test
  void dataAloneDoesNotKeepAnEndOpen() {
    open(1, HOME);
    for (now = 0; now < RelayEnd.PROVEN; now += RelayEnd.SILENT / 2) {
      data(HOME);
      assertThat(end.isOpen(now)).isTrue();
    }
    data(HOME);
    assertThat(end.isOpen(now)).isFalse();
    open(2, HOME);
    assertThat(end.isOpen(now)).isTrue();
  }

  @Test
  void anAgentThatOpensWithoutEndIsAnsweredFourTimesASecond() {
    int answered = 0;
    for (int i = 1; i <= 10_000; i++) {
      now = i * SECOND / 1000;
      answered += say(RelayControl.open(COOKIE, i), HOME) == null ? 0 : 1;
    }
    assertThat(answered).isBetween(50, 53);
  }

  @Test
  void garbageIsNeverAnsweredAndLeavesNothing() {
    Random random = new Random(1);
    open(1, HOME);
    byte[] good = RelayControl.open(COOKIE, 2).encode(KEY);
    byte[] cookie = Arrays.copyOf(good, 8);
    for (int i = 0; i < 20_000; i++) {
      byte[] garbage = new byte[random.nextInt(1500)];
      random.nextBytes(garbage);
      if (i % 2 == 0 && garbage.length >= 8) {
        System.arraycopy(cookie, 0, garbage, 0, 8);
      }
      assertThat(say(garbage, HOME)).isNull();
    }
    assertThat(taken).isEmpty();
    assertThat(door.size()).isOne();
    // and the good one still is
    assertThat(say(good, HOME)).isNotNull();
  }

  @Test
  void noMoreThanSixtyFourOfOneEndWait() {
    for (int i = 0; i < 64; i++) {
      assertThat(end.mayWait()).isTrue();
    }
    assertThat(end.mayWait()).isFalse();
    end.taken();
    assertThat(end.mayWait()).isTrue();
  }
}
