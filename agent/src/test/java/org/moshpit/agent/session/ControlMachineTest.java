package org.moshpit.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.agent.session.Fixtures.BOX_ICE;
import static org.moshpit.agent.session.Fixtures.HOST;
import static org.moshpit.agent.session.Fixtures.LAPTOP_ICE;
import static org.moshpit.agent.session.Fixtures.SECOND;
import static org.moshpit.agent.session.Fixtures.none;
import static org.moshpit.agent.session.Fixtures.only;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.seal.SessionSecret;

/** Both ends of later control, through a rendezvous that a test may bend. */
class ControlMachineTest {
  private final World world = new World();

  @BeforeEach
  void openSession() {
    world.connectKnown();
    world.control();
    world.boxSaid.clear();
    world.delivered.clear();
  }

  private <T extends ControlOutput> List<T> said(Class<T> kind) {
    return world.controlSaid.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private List<Long> countersUsed() {
    return said(ControlOutput.PersistCounter.class).stream()
        .map(ControlOutput.PersistCounter::counter)
        .toList();
  }

  @Test
  void newChecksTakeTheseSteps() {
    world.tell(new ControlInput.ExchangeWanted("consent lost"));
    ControlOutput.SendControl sent = only(ControlOutput.SendControl.class, world.controlSaid);
    assertThat(world.controlSaid)
        .usingRecursiveComparison()
        .isEqualTo(
            List.of(
                new ControlOutput.Moved(ControlStep.WAITING, "consent lost"),
                new ControlOutput.Moved(ControlStep.COUNTING, "counter 1"),
                new ControlOutput.PersistCounter(world.session, 1),
                new ControlOutput.Moved(ControlStep.ASKED, "sent"),
                new ControlOutput.SendControl(
                    sent.exchange(), "attic", sent.sealed(), List.of(9L), 4, world.session),
                new ControlOutput.PeerRestarted(
                    BOX_ICE,
                    only(ControlOutput.PeerRestarted.class, world.controlSaid).observed(),
                    3,
                    15,
                    LAPTOP_ICE.generation()),
                new ControlOutput.Moved(ControlStep.IDLE, "answered")));
    assertThat(world.boxSaid.subList(0, 4))
        .usingRecursiveComparison()
        .isEqualTo(
            List.of(
                new AdmissionOutput.Moved(2, AdmissionStep.COUNTING, "control message authentic"),
                new AdmissionOutput.PersistCounter(2, world.session, 1),
                new AdmissionOutput.Moved(2, AdmissionStep.CONTROLLING, "counter on disk"),
                new AdmissionOutput.ControlRequested(
                    2,
                    world.session,
                    Optional.of(LAPTOP_ICE),
                    false,
                    Door.OBSERVED,
                    3,
                    "den",
                    Door.LINK_KEY,
                    40)));
    assertThat(only(AdmissionOutput.SendAnswer.class, world.boxSaid).admitted()).isTrue();
  }

  @Test
  void nothingIsSentBeforeItsCounterIsOnTheDisk() {
    world.control.handle(world.now, new ControlInput.ExchangeWanted("x"));
    List<ControlOutput> before = Fixtures.drain(world.control);
    assertThat(none(ControlOutput.SendControl.class, before)).isTrue();
    world.control.handle(world.now, new ControlInput.CounterPersisted(2));
    assertThat(Fixtures.drain(world.control)).isEmpty();
    world.control.handle(world.now, new ControlInput.CounterPersisted(1));
    only(ControlOutput.SendControl.class, Fixtures.drain(world.control));
  }

  @Test
  void theBoxCarriesNothingOutBeforeItsCounterIsOnTheDisk() {
    world.boxOnline = false;
    world.tell(new ControlInput.ExchangeWanted("x"));
    ControlOutput.SendControl sent = only(ControlOutput.SendControl.class, world.controlSaid);
    world.box.handle(world.now, frame(sent));
    List<AdmissionOutput> first = Fixtures.drain(world.box);
    long id = only(AdmissionOutput.PersistCounter.class, first).id();
    assertThat(none(AdmissionOutput.ControlRequested.class, first)).isTrue();
    world.box.handle(world.now, new AdmissionInput.CounterPersisted(id));
    only(AdmissionOutput.ControlRequested.class, Fixtures.drain(world.box));
  }

  private AdmissionInput.Offered frame(ControlOutput.SendControl sent) {
    return new AdmissionInput.Offered(
        "x", "den", Door.LINK_KEY, sent.sealed(), List.of(), Optional.of(sent.session()), 3);
  }

  private DropReason dropOf(AdmissionInput.Offered frame) {
    world.box.handle(world.now, frame);
    return only(AdmissionOutput.Dropped.class, Fixtures.drain(world.box)).reason();
  }

  @Test
  void aReplayedControlMessageIsSilence() {
    world.tell(new ControlInput.ExchangeWanted("x"));
    assertThat(dropOf(world.delivered.get(0))).isEqualTo(DropReason.OLD_COUNTER);
  }

  @Test
  void anOlderMessageHeldBackIsSilence() {
    world.boxOnline = false;
    world.tell(new ControlInput.ExchangeWanted("x"));
    ControlOutput.SendControl held = said(ControlOutput.SendControl.class).get(0);
    world.boxOnline = true;
    world.timeOutControl();
    world.timeOutControl();
    assertThat(countersUsed()).containsExactly(1L, 2L);
    assertThat(dropOf(frame(held))).isEqualTo(DropReason.OLD_COUNTER);
  }

  @Test
  void anotherSessionsSecretIsSilence() {
    world.boxOnline = false;
    ControlMachine thief =
        new ControlMachine(
            Fixtures.REALM,
            world.record,
            world.session,
            SessionSecret.of(Fixtures.filled(32, 1)),
            0,
            world.wall(),
            world.now,
            world::number,
            Fixtures.random(9));
    world.control = thief;
    world.tell(new ControlInput.LinkUp(1));
    world.tell(new ControlInput.Described(LAPTOP_ICE, List.of()));
    world.tell(new ControlInput.ExchangeWanted("theft"));
    ControlOutput.SendControl sent = only(ControlOutput.SendControl.class, world.controlSaid);
    assertThat(dropOf(frame(sent))).isEqualTo(DropReason.BAD_MAC);
  }

  @Test
  void aSessionNobodyKnowsIsSilence() {
    world.box = world.newBox(Fixtures.sealKey(0x70));
    world.tell(new ControlInput.ExchangeWanted("x"));
    assertThat(only(AdmissionOutput.Dropped.class, world.boxSaid).reason())
        .isEqualTo(DropReason.UNKNOWN_SESSION);
    world.timeOutControl();
    assertThat(said(ControlOutput.Silent.class)).containsExactly(new ControlOutput.Silent(1));
  }

  @Test
  void aFrameThatNamesAnotherSessionThanItsSealIsSilence() {
    world.boxOnline = false;
    world.tell(new ControlInput.ExchangeWanted("x"));
    ControlOutput.SendControl sent = only(ControlOutput.SendControl.class, world.controlSaid);
    assertThat(
            dropOf(
                new AdmissionInput.Offered(
                    "x", "den", Door.LINK_KEY, sent.sealed(), List.of(), Optional.empty(), 3)))
        .isEqualTo(DropReason.MALFORMED);
  }

  @Test
  void aBoxThatRestartedTakesTheSessionUpFromItsRecord() {
    world.tell(new ControlInput.ExchangeWanted("x"));
    ConnectOutput.Admitted admitted = world.admitted();
    world.box = world.newBox(Fixtures.sealKey(0x70));
    world.tell(
        new AdmissionInput.SessionRestored(
            world.session, "ann", SessionSecret.of(admitted.secret()), 1));
    assertThat(dropOf(world.delivered.get(0))).isEqualTo(DropReason.OLD_COUNTER);
    world.now += SECOND;
    world.tell(new ControlInput.ExchangeWanted("y"));
    assertThat(said(ControlOutput.PeerRestarted.class)).hasSize(2);
  }

  @Test
  void theEndIsAskedForAndAcknowledged() {
    world.tell(new ControlInput.EndWanted());
    AdmissionOutput.ControlRequested asked =
        only(AdmissionOutput.ControlRequested.class, world.boxSaid);
    assertThat(asked.end()).isTrue();
    assertThat(asked.peer()).isEmpty();
    assertThat(only(AdmissionOutput.SendAnswer.class, world.boxSaid).admitted()).isFalse();
    assertThat(said(ControlOutput.Ended.class)).containsExactly(new ControlOutput.Ended(true));
    assertThat(world.box.sessions()).isZero();
    assertThat(world.control.nextDeadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theEndIsAskedForThreeTimesAtMost() {
    world.boxOnline = false;
    world.tell(new ControlInput.EndWanted());
    for (int i = 0; i < 5; i++) {
      world.timeOutControl();
    }
    assertThat(said(ControlOutput.SendControl.class)).hasSize(3);
    assertThat(said(ControlOutput.Ended.class)).containsExactly(new ControlOutput.Ended(false));
    assertThat(world.control.nextDeadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void withoutALinkTheEndIsNotWaitedFor() {
    world.tell(new ControlInput.LinkDown());
    world.tell(new ControlInput.EndWanted());
    assertThat(said(ControlOutput.Ended.class)).containsExactly(new ControlOutput.Ended(false));
  }

  @Test
  void theLaptopLearnsThatTheSessionIsGone() {
    world.tell(new AdmissionInput.SessionEnded(world.session, "mosh-server has ended."));
    world.tell(new ControlInput.ExchangeWanted("the relay is silent"));
    assertThat(said(ControlOutput.Gone.class))
        .containsExactly(new ControlOutput.Gone("mosh-server has ended."));
    assertThat(none(AdmissionOutput.ControlRequested.class, world.boxSaid)).isTrue();
  }

  /** However lately it was hinted at something else: an end is said once. */
  @Test
  void theEndIsHintedAtOnceAndTheBoxHearsThatItWasTold() {
    world.tell(new AdmissionInput.HintWanted(world.session, 3));
    world.boxSaid.clear();
    world.tell(new AdmissionInput.SessionEnded(world.session, "ann ended it", 3));
    world.tell(new AdmissionInput.SessionEnded(world.session, "mosh-server has ended", 3));
    assertThat(world.boxSaid).containsExactly(new AdmissionOutput.SendHint(world.session, 3));
    world.boxSaid.clear();
    world.tell(new ControlInput.Hinted());
    assertThat(said(ControlOutput.PathHinted.class)).hasSize(1);
    world.tell(new ControlInput.ExchangeWanted("the path begins anew"));
    assertThat(said(ControlOutput.Gone.class))
        .containsExactly(new ControlOutput.Gone("ann ended it"));
    assertThat(world.boxSaid)
        .filteredOn(e -> !(e instanceof AdmissionOutput.Moved))
        .extracting(e -> e.getClass().getSimpleName())
        .containsExactly("SendAnswer", "ToldEnd");
    assertThat(world.boxSaid).contains(new AdmissionOutput.ToldEnd(world.session));
  }

  @Test
  void anEndThatNoRelayCanCarryIsNotHinted() {
    world.tell(new AdmissionInput.SessionEnded(world.session, "over", 0));
    assertThat(world.boxSaid).isEmpty();
  }

  @Test
  void silenceIsRetriedAfterLongerAndLongerPauses() {
    world.boxOnline = false;
    world.tell(new ControlInput.ExchangeWanted("x"));
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      world.timeOutControl();
      long silent = world.now;
      world.timeOutControl();
      pauses.add((world.now - silent) / SECOND);
    }
    assertThat(pauses).containsExactly(2L, 5L, 10L, 30L, 60L, 60L, 60L);
    assertThat(said(ControlOutput.Silent.class))
        .extracting(ControlOutput.Silent::times)
        .containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(countersUsed()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void anOfflineBoxIsSaidAndRetried() {
    world.boxOnline = false;
    world.tell(new ControlInput.ExchangeWanted("x"));
    long exchange = only(ControlOutput.SendControl.class, world.controlSaid).exchange();
    world.tell(new ControlInput.Offline(exchange, 123));
    assertThat(said(ControlOutput.BoxOffline.class))
        .containsExactly(new ControlOutput.BoxOffline(123));
    world.boxOnline = true;
    world.timeOutControl();
    assertThat(said(ControlOutput.PeerRestarted.class)).hasSize(1);
  }

  /** The box was away when it was asked, and is back before the silence is over. */
  @Test
  void afterAHintInTheSilenceTheNextExchangeBeginsWithoutAPause() {
    world.boxOnline = false;
    world.tell(new ControlInput.ExchangeWanted("x"));
    world.timeOutControl();
    world.timeOutControl();
    assertThat(said(ControlOutput.SendControl.class)).hasSize(2);
    world.now += SECOND / 2;
    world.boxOnline = true;
    world.tell(new ControlInput.Hinted());
    long asked = world.now;
    world.timeOutControl();
    assertThat(world.now - asked).isEqualTo(3 * SECOND / 2);
    assertThat(said(ControlOutput.Silent.class)).hasSize(2);
    assertThat(said(ControlOutput.PeerRestarted.class)).hasSize(1);
  }

  @Test
  void hintsStartEightExchangesInHalfAMinuteAtMost() {
    for (int i = 0; i < 100; i++) {
      world.tell(new ControlInput.Hinted());
      world.now += SECOND / 10;
    }
    assertThat(said(ControlOutput.PathHinted.class)).hasSize(8);
    assertThat(said(ControlOutput.SendControl.class).size()).isBetween(1, 8);
    world.now += 20 * SECOND;
    world.tell(new ControlInput.Hinted());
    assertThat(said(ControlOutput.PathHinted.class)).hasSize(9);
  }

  @Test
  void aHintIsForThePathFirst() {
    world.tell(new ControlInput.Hinted());
    assertThat(said(ControlOutput.PathHinted.class)).hasSize(1);
    assertThat(said(ControlOutput.SendControl.class))
        .as("the old description helps nobody")
        .isEmpty();
    IceDescription fresh =
        new IceDescription(
            "other", LAPTOP_ICE.pwd(), LAPTOP_ICE.candidates(), LAPTOP_ICE.generation() + 1);
    world.now += SECOND / 10;
    world.tell(new ControlInput.Described(fresh, List.of(9L)));
    world.tell(new ControlInput.ExchangeWanted("the box asks for it"));
    assertThat(said(ControlOutput.PeerRestarted.class))
        .extracting(ControlOutput.PeerRestarted::answers)
        .containsExactly(fresh.generation());
    world.now += 5 * SECOND;
    assertThat(world.control.nextDeadline()).as("one exchange is enough").isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aHintThatThePathDoesNotTakeUpIsAskedAbout() {
    world.tell(new AdmissionInput.SessionEnded(world.session, "mosh-server has ended."));
    world.tell(new ControlInput.Hinted());
    world.timeOutControl();
    assertThat(said(ControlOutput.Gone.class)).hasSize(1);
  }

  /** The path began anew while the box was being asked: its answer is to what it was told. */
  @Test
  void anAnswerNamesTheGenerationItIsTo() {
    IceDescription fresh =
        new IceDescription(
            "other", LAPTOP_ICE.pwd(), LAPTOP_ICE.candidates(), LAPTOP_ICE.generation() + 1);
    world.bendControl =
        answer -> {
          world.control.handle(world.now, new ControlInput.Described(fresh, List.of(9L)));
          return answer;
        };
    world.tell(new ControlInput.ExchangeWanted("x"));
    assertThat(only(ControlOutput.PeerRestarted.class, world.controlSaid).answers())
        .isEqualTo(LAPTOP_ICE.generation());
  }

  @Test
  void theBoxHintsEveryFiveSecondsAtMostAndOnlyForItsSessions() {
    for (int i = 0; i < 10; i++) {
      world.tell(new AdmissionInput.HintWanted(world.session, 3));
      world.now += SECOND;
    }
    assertThat(world.boxSaid)
        .containsExactly(
            new AdmissionOutput.SendHint(world.session, 3),
            new AdmissionOutput.SendHint(world.session, 3));
    world.tell(new AdmissionInput.SessionEnded(world.session, "over"));
    world.now += 10 * SECOND;
    world.boxSaid.clear();
    world.tell(new AdmissionInput.HintWanted(world.session, 3));
    assertThat(world.boxSaid).isEmpty();
  }

  @Test
  void wishesInSuccessionAreOneASecond() {
    for (int i = 0; i < 38; i++) {
      world.tell(new ControlInput.ExchangeWanted("x"));
      world.now += SECOND / 20;
      if (world.control.nextDeadline() - world.now <= 0) {
        world.control.handleTimeout(world.now);
        world.settle();
      }
    }
    assertThat(said(ControlOutput.SendControl.class)).hasSize(2);
  }

  @Test
  void whenTheLinkComesBackTheRelayIsBoundAnew() {
    world.tell(new ControlInput.LinkDown());
    assertThat(said(ControlOutput.SendControl.class)).isEmpty();
    world.tell(new ControlInput.LinkUp(40));
    assertThat(said(ControlOutput.PeerRestarted.class)).hasSize(1);
  }

  @Test
  void anExchangeInTheAirWhenTheLinkBreaksIsRepeatedWithANewCounter() {
    world.boxOnline = false;
    world.tell(new ControlInput.ExchangeWanted("x"));
    world.tell(new ControlInput.LinkDown());
    world.boxOnline = true;
    world.now += SECOND;
    world.tell(new ControlInput.LinkUp(40));
    assertThat(countersUsed()).containsExactly(1L, 2L);
    assertThat(said(ControlOutput.PeerRestarted.class)).hasSize(1);
  }

  @Test
  void anAlteredAnswerIsSaidAndTriedAgain() {
    world.bendControl =
        answer -> {
          byte[] altered = answer.sealed().clone();
          altered[50] ^= 1;
          return new ControlInput.Answered(
              answer.exchange(), altered, answer.observed(), answer.relay(), answer.record());
        };
    world.tell(new ControlInput.ExchangeWanted("x"));
    assertThat(said(ControlOutput.PeerRestarted.class)).isEmpty();
    assertThat(said(ControlOutput.Notice.class))
        .containsExactly(
            new ControlOutput.Notice(
                "an answer of attic was altered on the way or is not its own; trying again."));
    world.bendControl = answer -> answer;
    world.timeOutControl();
    assertThat(said(ControlOutput.PeerRestarted.class)).hasSize(1);
  }

  @Test
  void aRotatedNoiseKeyIsFollowed() {
    ConnectOutput.Admitted admitted = world.admitted();
    world.box = world.newBox(Fixtures.sealKey(0x71));
    world.tell(
        new AdmissionInput.SessionRestored(
            world.session, "ann", SessionSecret.of(admitted.secret()), 0));
    SignedBoxRecord newer = Fixtures.record(HOST, Fixtures.sealKey(0x71).publicKey(), 5);
    world.published = newer.encode();
    world.tell(new ControlInput.ExchangeWanted("x"));
    world.timeOutControl();
    assertThat(said(ControlOutput.PeerRestarted.class)).hasSize(1);
    assertThat(said(ControlOutput.Remember.class))
        .containsExactly(new ControlOutput.Remember(newer));
  }

  @Test
  void aSwappedHostKeyIsSaidAndNothingIsSealedToIt() {
    TestKey other = new TestKey();
    world.published = Fixtures.record(other, Fixtures.sealKey(0x71).publicKey(), 9).encode();
    world.tell(new ControlInput.ExchangeWanted("x"));
    assertThat(only(ControlOutput.Notice.class, world.controlSaid).sentence())
        .startsWith("the host key of attic has changed")
        .contains("compare with what agent status shows there");
    assertThat(said(ControlOutput.SendControl.class)).hasSize(1);
    world.timeOutControl();
    assertThat(said(ControlOutput.SendControl.class))
        .extracting(ControlOutput.SendControl::recordSerial)
        .containsExactly(4L, 4L);
  }
}
