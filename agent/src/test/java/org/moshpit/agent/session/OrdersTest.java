package org.moshpit.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.agent.session.Fixtures.BOX_ICE;
import static org.moshpit.agent.session.Fixtures.MOSH_KEY;
import static org.moshpit.agent.session.Fixtures.SECOND;
import static org.moshpit.agent.session.Fixtures.WALL;
import static org.moshpit.agent.session.Fixtures.none;
import static org.moshpit.agent.session.Fixtures.only;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.session.Door.Knock;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.ResponderContent;

/** One connect, one session, however many offers it takes. */
class OrdersTest {
  private final TestKey ann = new TestKey();
  private final Door door = Door.settled();

  private Knock again(Knock first) {
    Knock knock = door.knock();
    knock.order = first.order;
    knock.request = first.request;
    knock.timeMillis = WALL + (door.now - 600 * SECOND) / 1_000_000;
    return knock;
  }

  /** Up to the policy's word. */
  private List<AdmissionOutput> allowed(Knock knock, TestKey key) {
    AdmissionOutput.DecidePolicy decide =
        only(AdmissionOutput.DecidePolicy.class, door.listed(knock.signedBy(key)));
    return door.handle(new AdmissionInput.PolicyAllowed(decide.id()));
  }

  private List<AdmissionOutput> carriedOut(List<AdmissionOutput> events) {
    AdmissionOutput.ControlRequested asked = only(AdmissionOutput.ControlRequested.class, events);
    assertThat(asked.peer()).contains(Fixtures.LAPTOP_ICE);
    return door.handle(
        new AdmissionInput.ControlDone(asked.id(), Optional.of(BOX_ICE), List.of(6L), 15, false));
  }

  private void isRefused(Knock knock, List<AdmissionOutput> events) {
    assertThat(none(AdmissionOutput.OpenSession.class, events)).isTrue();
    assertThat(knock.answer(events))
        .isEqualTo(
            new ResponderContent.Refused(
                Refusal.FAILURE,
                "this connect has had its session already; run it again for another"));
  }

  @Test
  void anAnswerThatWasLostIsGivenAgainForTheSameSession() {
    Knock first = door.knock();
    List<AdmissionOutput> events = door.admitted(door.opened(first.signedBy(ann)));
    ResponderContent.Accepted lost = (ResponderContent.Accepted) first.answer(events);

    door.now += 3 * SECOND;
    Knock second = again(first);
    List<AdmissionOutput> offered = allowed(second, ann);
    assertThat(none(AdmissionOutput.OpenSession.class, offered)).isTrue();
    List<AdmissionOutput> resumed = carriedOut(offered);

    ResponderContent.Accepted given = (ResponderContent.Accepted) second.answer(resumed);
    assertThat(given.session()).isEqualTo(lost.session());
    assertThat(given.moshKey()).isEqualTo(MOSH_KEY);
    assertThat(given.secret()).isEqualTo(lost.secret());
    assertThat(given.port()).isEqualTo(lost.port());
    AdmissionOutput.SendAnswer sent = only(AdmissionOutput.SendAnswer.class, resumed);
    assertThat(sent.admitted()).isTrue();
    assertThat(sent.sockets()).containsExactly(6L);
    assertThat(door.machine.sessions()).isEqualTo(1);
  }

  @Test
  void onceAClientHasSpokenTheOrderIsCarriedOut() {
    Knock first = door.knock();
    AdmissionOutput.OpenSession open = door.opened(first.signedBy(ann));
    door.admitted(open);
    door.handle(new AdmissionInput.SessionUsed(open.session()));
    Knock second = again(first);
    isRefused(second, allowed(second, ann));
  }

  @Test
  void anEndedSessionIsNotOpenedAgain() {
    Knock first = door.knock();
    AdmissionOutput.OpenSession open = door.opened(first.signedBy(ann));
    door.admitted(open);
    door.handle(new AdmissionInput.SessionEnded(open.session(), "no client came"));
    Knock second = again(first);
    isRefused(second, allowed(second, ann));
  }

  @Test
  void anOfferMadeAgainMeanwhileWaitsForTheFirst() {
    Knock first = door.knock();
    AdmissionOutput.OpenSession open = door.opened(first.signedBy(ann));
    Knock second = again(first);
    List<AdmissionOutput> waiting = allowed(second, ann);
    assertThat(only(AdmissionOutput.Moved.class, waiting).step()).isEqualTo(AdmissionStep.WAITING);

    List<AdmissionOutput> resumed = new ArrayList<>(door.admitted(open));
    resumed.removeIf(AdmissionOutput.SendAnswer.class::isInstance);
    assertThat(second.answer(carriedOut(resumed))).isInstanceOf(ResponderContent.Accepted.class);
    assertThat(door.machine.sessions()).isEqualTo(1);
  }

  @Test
  void aFailureIsToldAgain() {
    Knock first = door.knock();
    AdmissionOutput.OpenSession open = door.opened(first.signedBy(ann));
    door.handle(
        new AdmissionInput.OpenFailed(open.id(), Refusal.NO_MOSH_SERVER, "there is no mosh"));
    Knock second = again(first);
    assertThat(second.answer(allowed(second, ann)))
        .isEqualTo(new ResponderContent.Refused(Refusal.NO_MOSH_SERVER, "there is no mosh"));
  }

  @Test
  void aSessionUsedBetweenIsNotGivenTwice() {
    Knock first = door.knock();
    AdmissionOutput.OpenSession open = door.opened(first.signedBy(ann));
    door.admitted(open);
    Knock second = again(first);
    only(AdmissionOutput.ControlRequested.class, allowed(second, ann));
    isRefused(second, door.handle(new AdmissionInput.SessionUsed(open.session())));
  }

  @Test
  void anotherKeyOrRequestDoesNotGetTheSession() {
    Knock first = door.knock();
    door.admitted(door.opened(first.signedBy(ann)));
    Knock bobs = again(first);
    isRefused(bobs, allowed(bobs, new TestKey()));
    Knock other = again(first);
    other.request = Fixtures.PING;
    isRefused(other, allowed(other, ann));
  }

  @Test
  void aHandedOverPortIsGivenOnce() {
    Knock first = door.knock();
    first.request = Fixtures.HANDOVER;
    door.admitted(door.opened(first.signedBy(ann)));
    Knock second = again(first);
    isRefused(second, allowed(second, ann));
  }

  @Test
  void anOrderOutlivesEveryOfferOfIt() {
    // Made at the last moment, by a clock as far ahead as passes, and held back to the end.
    Knock first = door.knock();
    AdmissionOutput.OpenSession open = door.opened(first.signedBy(ann));
    door.admitted(open);
    door.handle(new AdmissionInput.SessionUsed(open.session()));
    Knock last = again(first);
    last.timeMillis = WALL + 300_000 + 120_000;
    door.now += (300 + 120 + 120) * SECOND;
    isRefused(last, allowed(last, ann));
  }

  @Test
  void aClockFarAheadDoesNotOutlastTheMemoryOfItsOrder() {
    long ahead = 3_600_000;
    Knock first = door.knock();
    first.timeMillis = WALL + ahead;
    byte[] challenge =
        ((ResponderContent.Challenge) first.answer(door.listed(first.signedBy(ann)))).nonce();
    Knock second = again(first);
    second.timeMillis = WALL + ahead + 1000;
    second.challenge = challenge;
    AdmissionOutput.OpenSession open = door.opened(second.signedBy(ann));
    door.admitted(open);
    door.handle(new AdmissionInput.SessionUsed(open.session()));

    // The third was offered when the link broke, and has been kept back for an hour.
    Knock third = again(first);
    third.timeMillis = WALL + ahead + 200_000;
    door.now += (ahead + 200_000) * 1_000_000;
    assertThat(third.answer(door.listed(third.signedBy(ann))))
        .isInstanceOf(ResponderContent.Challenge.class);
  }

  @Test
  void aClockSetBackDoesNotLetAnOrderPassAgain() {
    Knock first = door.knock();
    AdmissionOutput.OpenSession open = door.opened(first.signedBy(ann));
    door.admitted(open);
    Knock kept = again(first);
    kept.timeMillis = WALL + 200_000;
    door.now += SECOND;
    door.handle(new AdmissionInput.Clock(WALL - 3_600_000));
    door.now += 3_800 * SECOND;
    assertThat(kept.answer(door.listed(kept.signedBy(ann))))
        .isInstanceOf(ResponderContent.Challenge.class);
  }

  @Test
  void theMemoryIsBoundedByTime() {
    for (int i = 0; i < 50; i++) {
      AdmissionOutput.OpenSession open = door.opened(door.knock().signedBy(ann));
      door.admitted(open);
      door.handle(new AdmissionInput.SessionEnded(open.session(), "over"));
      door.now += SECOND / 2;
    }
    assertThat(door.machine.held()).isGreaterThanOrEqualTo(100);
    door.now += 1200 * SECOND;
    Knock late = again(door.knock());
    door.opened(late.signedBy(ann));
    // The exchange, the order, the key and its nonce.
    assertThat(door.machine.held()).isEqualTo(4);
  }
}
