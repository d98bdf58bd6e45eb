package org.moshpit.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.agent.session.Fixtures.BOX_ICE;
import static org.moshpit.agent.session.Fixtures.LAPTOP_ICE;
import static org.moshpit.agent.session.Fixtures.MOSH_KEY;
import static org.moshpit.agent.session.Fixtures.SECOND;
import static org.moshpit.agent.session.Fixtures.filled;
import static org.moshpit.agent.session.Fixtures.only;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.OfferedKey;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.ResponderContent;

class AdmissionMachineTest {
  private static final TestKey ANN = new TestKey();
  private static final TestKey OTHER = new TestKey();
  private final Door door = Door.settled();

  private static AdmissionOutput.Moved moved(long id, AdmissionStep step, String reason) {
    return new AdmissionOutput.Moved(id, step, reason);
  }

  private List<AdmissionOutput> dropped(DropReason reason) {
    return List.of(new AdmissionOutput.Dropped(reason, "den"));
  }

  @Test
  void theWholeWayInsideTakesTheseStepsAndNoOthers() {
    Door.Knock knock = door.knock();

    assertThat(door.handle(knock.signedBy(ANN)))
        .containsExactly(
            moved(1, AdmissionStep.LISTING, "offer opened"),
            new AdmissionOutput.CheckListed(1, "ann", List.of(ANN.publicKey), Door.LINK_KEY));
    assertThat(door.verified).isEmpty();
    assertThat(door.handle(new AdmissionInput.KeysListed(1, List.of(ANN.publicKey))))
        .containsExactly(
            moved(1, AdmissionStep.DECIDING, "signature verified"),
            new AdmissionOutput.DecidePolicy(
                1, "ann", ANN.publicKey, false, Fixtures.SHELL, "den"));
    assertThat(door.verified).containsExactly(ANN.publicKey);

    List<AdmissionOutput> opening = door.handle(new AdmissionInput.PolicyAllowed(1));
    AdmissionOutput.OpenSession open = only(AdmissionOutput.OpenSession.class, opening);
    assertThat(opening)
        .usingRecursiveComparison()
        .isEqualTo(
            List.of(
                moved(1, AdmissionStep.OPENING, "policy allows"),
                new AdmissionOutput.OpenSession(
                    1,
                    open.session(),
                    open.secret(),
                    "ann",
                    ANN.publicKey,
                    Fixtures.SHELL,
                    LAPTOP_ICE,
                    Door.OBSERVED,
                    3,
                    "den",
                    Door.LINK_KEY,
                    40)));
    assertThat(open.secret()).hasSize(32);

    assertThat(door.handle(new AdmissionInput.SocketReady(1, BOX_ICE, 60002, List.of(5L), 30)))
        .isEmpty();
    List<AdmissionOutput> last =
        door.handle(new AdmissionInput.ServerStarted(1, MOSH_KEY, "Low disk.", Optional.empty()));
    AdmissionOutput.SendAnswer sent = only(AdmissionOutput.SendAnswer.class, last);
    assertThat(last)
        .usingRecursiveComparison()
        .isEqualTo(
            List.of(
                new AdmissionOutput.SendAnswer(
                    Door.EXCHANGE, sent.sealed(), List.of(5L), true, Optional.of(open.session())),
                new AdmissionOutput.Admitted(open.session(), "ann", ANN.publicKey, "den"),
                moved(1, AdmissionStep.DONE, "answered")));
    assertThat(knock.answer(last))
        .usingRecursiveComparison()
        .isEqualTo(
            new ResponderContent.Accepted(
                open.session(),
                open.secret(),
                IceTranslation.toSealed(BOX_ICE),
                MOSH_KEY,
                60002,
                "Low disk.",
                ANN.publicKey.blob(),
                30));
    assertThat(door.machine.sessions()).isEqualTo(1);
    assertThat(door.machine.nextDeadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theSignatureOfAnUnlistedKeyIsNeverLookedAt() {
    AdmissionInput.Offered offer = door.knock().signedBy(ANN, OTHER);
    door.handle(offer);
    assertThat(door.handle(new AdmissionInput.KeysListed(1, List.of(OTHER.publicKey))))
        .isNotEmpty();
    assertThat(door.verified).containsExactly(OTHER.publicKey);

    door.verified.clear();
    door.handle(door.knock().signedBy(ANN));
    assertThat(door.handle(new AdmissionInput.KeysListed(2, List.of())))
        .containsExactly(
            new AdmissionOutput.Dropped(DropReason.NOT_LISTED, "den"),
            moved(2, AdmissionStep.DONE, "silence: NOT_LISTED"));
    assertThat(door.verified).isEmpty();
  }

  @Test
  void aListedKeyNobodyOfferedChangesNothing() {
    door.handle(door.knock().signedBy(ANN));
    assertThat(door.handle(new AdmissionInput.KeysListed(1, List.of(OTHER.publicKey))))
        .contains(new AdmissionOutput.Dropped(DropReason.NOT_LISTED, "den"));
  }

  @Test
  void aSignatureByAnotherKeyUnderAListedNameIsSilence() {
    AdmissionInput.Offered forged =
        door.knock()
            .sealed(
                statement ->
                    List.of(
                        new OfferedKey(ANN.publicKey.blob(), OTHER.offer(statement).signature())));
    assertThat(door.listed(forged))
        .contains(new AdmissionOutput.Dropped(DropReason.BAD_SIGNATURE, "den"));
  }

  @Test
  void aSignatureInTheNamespaceOfBoxRecordsIsSilence() {
    AdmissionInput.Offered misused =
        door.knock()
            .sealed(
                statement ->
                    List.of(
                        new OfferedKey(
                            ANN.publicKey.blob(), ANN.sign("moshpit-box-v1", statement))));
    assertThat(door.listed(misused))
        .contains(new AdmissionOutput.Dropped(DropReason.BAD_SIGNATURE, "den"));
  }

  private static Arguments wrong(String what, Consumer<Door.Knock> change) {
    return Arguments.of(what, change);
  }

  static Stream<Arguments> statementsOfOthers() {
    return Stream.of(
        wrong("host key", knock -> knock.hostKey = OTHER.publicKey.blob()),
        wrong("static key", knock -> knock.staticKey = filled(32, 9)),
        wrong("realm", knock -> knock.realm = filled(32, 0x12)),
        wrong("name", knock -> knock.name = "cellar"),
        wrong("ephemeral", knock -> knock.statedEphemeral = filled(32, 3)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("statementsOfOthers")
  void aStatementForAnotherBoxOrExchangeIsSilenceBeforeAnyFileIsRead(
      String what, Consumer<Door.Knock> change) {
    Door.Knock knock = door.knock();
    change.accept(knock);
    assertThat(door.handle(knock.signedBy(ANN))).isEqualTo(dropped(DropReason.WRONG_BOX));
  }

  @Test
  void whatDoesNotOpenOrFitIsSilence() {
    Door.Knock knock = door.knock();
    byte[] altered = knock.signedBy(ANN).sealed();
    altered[60] ^= 1;
    assertThat(door.handle(knock.frame(altered, Optional.empty())))
        .isEqualTo(dropped(DropReason.NOT_AUTHENTIC));
    assertThat(door.handle(knock.frame(new byte[0], Optional.empty())))
        .isEqualTo(dropped(DropReason.NOT_AUTHENTIC));
    byte[] garbage = door.knock().seal.seal(new byte[] {1, 2, 3});
    assertThat(door.handle(knock.frame(garbage, Optional.empty())))
        .isEqualTo(dropped(DropReason.MALFORMED));
    AdmissionInput.Offered noKey =
        door.knock().sealed(s -> List.of(new OfferedKey(new byte[4], new byte[4])));
    assertThat(door.handle(noKey)).isEqualTo(dropped(DropReason.MALFORMED));
    assertThat(door.machine.dropped())
        .containsEntry(DropReason.NOT_AUTHENTIC, 2L)
        .containsEntry(DropReason.MALFORMED, 2L);
  }

  @Test
  void theBucketOfALinkKeyComesBeforeAnythingElse() {
    Door strict = new Door(new AdmissionLimits(3, 1, 5, 1, 8, 4, Duration.ofMinutes(2)));
    List<DropReason> reasons = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Door.Knock knock = strict.knock();
      knock.linkKey = i < 4 ? "aa" : "b" + i;
      strict
          .handle(knock.frame(new byte[0], Optional.empty()))
          .forEach(e -> reasons.add(((AdmissionOutput.Dropped) e).reason()));
    }
    assertThat(reasons)
        .containsExactly(
            DropReason.NOT_AUTHENTIC,
            DropReason.NOT_AUTHENTIC,
            DropReason.NOT_AUTHENTIC,
            DropReason.RATE_OF_KEY,
            DropReason.NOT_AUTHENTIC,
            DropReason.NOT_AUTHENTIC);
    Door.Knock last = strict.knock();
    last.linkKey = "c";
    assertThat(strict.handle(last.frame(new byte[0], Optional.empty())))
        .isEqualTo(dropped(DropReason.RATE_OF_ALL));
    strict.now += SECOND;
    assertThat(strict.handle(last.frame(new byte[0], Optional.empty())))
        .isEqualTo(dropped(DropReason.NOT_AUTHENTIC));
  }

  @Test
  void aReplayInTheWindowIsSilenceAndReadsNoFile() {
    AdmissionInput.Offered offer = door.knock().signedBy(ANN);
    door.opened(offer);
    door.now += SECOND;
    assertThat(door.handle(offer)).isEqualTo(dropped(DropReason.REPLAYED));
  }

  @Test
  void aReplayThatOvertakesTheFirstOneIsSilenceToo() {
    AdmissionInput.Offered offer = door.knock().signedBy(ANN);
    door.handle(offer);
    door.handle(offer);
    assertThat(door.handle(new AdmissionInput.KeysListed(2, List.of(ANN.publicKey))))
        .contains(moved(2, AdmissionStep.DECIDING, "signature verified"));
    assertThat(door.handle(new AdmissionInput.KeysListed(1, List.of(ANN.publicKey))))
        .containsExactly(
            new AdmissionOutput.Dropped(DropReason.REPLAYED, "den"),
            moved(1, AdmissionStep.DONE, "silence: REPLAYED"));
  }

  @Test
  void aReplayAfterARestartIsChallengedAndGetsNoFurther() {
    AdmissionInput.Offered offer = door.knock().signedBy(ANN);
    door.opened(offer);

    Door restarted = new Door(AdmissionLimits.of(8, 4));
    restarted.handle(new AdmissionInput.Clock(Fixtures.WALL + 20_000));
    List<AdmissionOutput> first = restarted.listed(offer);
    assertThat(Fixtures.none(AdmissionOutput.DecidePolicy.class, first)).isTrue();
    assertThat(only(AdmissionOutput.SendAnswer.class, first).admitted()).isFalse();
    List<AdmissionOutput> again = restarted.listed(offer);
    assertThat(Fixtures.none(AdmissionOutput.DecidePolicy.class, again)).isTrue();
    // Nor by waiting until the challenges have stopped.
    restarted.now += 300 * SECOND;
    assertThat(Fixtures.none(AdmissionOutput.DecidePolicy.class, restarted.listed(offer))).isTrue();
  }

  private static long day() {
    return 86_400_000L;
  }

  @Test
  void clocksADayApartCostOneRoundTrip() {
    for (long apart : new long[] {day(), -day()}) {
      Door.Knock first = door.knock();
      first.timeMillis += apart;
      ResponderContent.Challenge challenge =
          (ResponderContent.Challenge) first.answer(door.listed(first.signedBy(ANN)));
      assertThat(challenge.timeMillis()).isEqualTo(Fixtures.WALL);

      Door.Knock second = door.knock();
      second.timeMillis += apart;
      second.challenge = challenge.nonce();
      AdmissionInput.Offered answer = second.signedBy(ANN);
      assertThat(door.opened(answer).user()).isEqualTo("ann");
      // The challenge is good once.
      assertThat(Fixtures.none(AdmissionOutput.DecidePolicy.class, door.listed(answer))).isTrue();
    }
  }

  @Test
  void aChallengeOfAnotherKeyIsWorthNothing() {
    Door.Knock first = door.knock();
    first.timeMillis += day();
    ResponderContent.Challenge challenge =
        (ResponderContent.Challenge) first.answer(door.listed(first.signedBy(OTHER)));
    Door.Knock second = door.knock();
    second.challenge = challenge.nonce();
    assertThat(second.answer(door.listed(second.signedBy(ANN))))
        .isInstanceOf(ResponderContent.Challenge.class);
  }

  @Test
  void anUnlistedKeyIsNotEvenChallenged() {
    Door.Knock knock = door.knock();
    knock.timeMillis += day();
    door.handle(knock.signedBy(ANN));
    assertThat(door.handle(new AdmissionInput.KeysListed(1, List.of())))
        .contains(new AdmissionOutput.Dropped(DropReason.NOT_LISTED, "den"));
  }

  @Test
  void policyHasTheLastWordAndSaysWhy() {
    Door.Knock knock = door.knock();
    AdmissionOutput.DecidePolicy decide =
        only(AdmissionOutput.DecidePolicy.class, door.listed(knock.signedBy(ANN)));
    String why = "this key may only be used from certain addresses (from=)";
    List<AdmissionOutput> events =
        door.handle(new AdmissionInput.PolicyRefused(decide.id(), Refusal.POLICY, why));
    assertThat(events.get(0))
        .isEqualTo(new AdmissionOutput.Rejected("ann", ANN.publicKey, "den", Refusal.POLICY, why));
    assertThat(knock.answer(events)).isEqualTo(new ResponderContent.Refused(Refusal.POLICY, why));
    assertThat(only(AdmissionOutput.SendAnswer.class, events).admitted()).isFalse();
    assertThat(door.machine.sessions()).isZero();
  }

  @Test
  void anotherSignedKeyMayBeAllowedWhatTheFirstIsNot() {
    Door.Knock knock = door.knock();
    AdmissionOutput.DecidePolicy first =
        only(AdmissionOutput.DecidePolicy.class, door.listed(knock.signedBy(ANN, OTHER)));
    assertThat(first.key()).isEqualTo(ANN.publicKey);
    AdmissionOutput.DecidePolicy second =
        only(
            AdmissionOutput.DecidePolicy.class,
            door.handle(new AdmissionInput.PolicyRefused(first.id(), Refusal.POLICY, "first")));
    assertThat(second.key()).isEqualTo(OTHER.publicKey);
    List<AdmissionOutput> events =
        door.handle(new AdmissionInput.PolicyRefused(first.id(), Refusal.FAILURE, "second"));
    assertThat(knock.answer(events))
        .isEqualTo(new ResponderContent.Refused(Refusal.POLICY, "first"));
  }

  @Test
  void noMoreSessionsThanAUserMayHaveAndNoMoreThanAll() {
    for (int i = 0; i < 4; i++) {
      door.opened(door.knock().signedBy(ANN));
    }
    Door.Knock fifth = door.knock();
    AdmissionOutput.DecidePolicy decide =
        only(AdmissionOutput.DecidePolicy.class, door.listed(fifth.signedBy(ANN)));
    assertThat(fifth.answer(door.handle(new AdmissionInput.PolicyAllowed(decide.id()))))
        .isEqualTo(
            new ResponderContent.Refused(
                Refusal.SESSION_LIMIT,
                "ann has as many sessions on this box as one user may have"
                    + " (max-sessions-per-user); end one there first: agent sessions lists them,"
                    + " agent kill ends one"));

    for (int i = 0; i < 4; i++) {
      Door.Knock bob = door.knock();
      bob.user = "bob";
      door.opened(bob.signedBy(ANN));
    }
    Door.Knock carol = door.knock();
    carol.user = "carol";
    decide = only(AdmissionOutput.DecidePolicy.class, door.listed(carol.signedBy(ANN)));
    assertThat(carol.answer(door.handle(new AdmissionInput.PolicyAllowed(decide.id()))))
        .isInstanceOf(ResponderContent.Refused.class);
  }

  @Test
  void aHundredAtOnceFromOneLaptopAreTaken() {
    Door wide = new Door(AdmissionLimits.of(256, 128));
    wide.handle(new AdmissionInput.Clock(Fixtures.WALL - 600_000));
    wide.now = 600 * SECOND;
    for (int i = 0; i < 100; i++) {
      wide.admitted(wide.opened(wide.knock().signedBy(ANN)));
    }
    assertThat(wide.machine.sessions()).isEqualTo(100);
  }

  @Test
  void aFailureFreesItsPlaceAndIsSaid() {
    Door.Knock knock = door.knock();
    AdmissionOutput.OpenSession open = door.opened(knock.signedBy(ANN));
    List<AdmissionOutput> events =
        door.handle(
            new AdmissionInput.OpenFailed(
                open.id(), Refusal.NO_MOSH_SERVER, "mosh-server is not installed"));
    assertThat(knock.answer(events))
        .isEqualTo(
            new ResponderContent.Refused(Refusal.NO_MOSH_SERVER, "mosh-server is not installed"));
    assertThat(door.machine.sessions()).isZero();
    // What comes too late finds nobody.
    assertThat(
            door.handle(
                new AdmissionInput.ServerStarted(open.id(), MOSH_KEY, "", Optional.empty())))
        .isEmpty();
  }

  @Test
  void aPingNeedsNoServer() {
    Door.Knock knock = door.knock();
    knock.request = Fixtures.PING;
    ResponderContent.Accepted accepted =
        (ResponderContent.Accepted) knock.answer(door.admitted(door.opened(knock.signedBy(ANN))));
    assertThat(accepted.moshKey()).isEmpty();
  }

  @Test
  void aPingOfWhichNothingIsHeardIsEndedWithinAMinute() {
    Door.Knock knock = door.knock();
    knock.request = Fixtures.PING;
    AdmissionOutput.OpenSession open = door.opened(knock.signedBy(ANN));
    long answered = door.now;
    door.admitted(open);
    assertThat(door.machine.nextDeadline()).isEqualTo(answered + 40 * SECOND);
    assertThat(door.machine.sessions()).isEqualTo(1);
    assertThat(door.timeOut())
        .containsExactly(
            new AdmissionOutput.AbandonSession(
                open.session(), "nothing more was heard of the ping"));
    assertThat(door.machine.sessions()).isZero();
    assertThat(door.machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void aPingThatIsHeardOfGoesOn() {
    Door.Knock knock = door.knock();
    knock.request = Fixtures.PING;
    AdmissionOutput.OpenSession open = door.opened(knock.signedBy(ANN));
    door.admitted(open);
    for (int i = 0; i < 10; i++) {
      door.now += 30 * SECOND;
      door.handle(new AdmissionInput.SessionUsed(open.session()));
      assertThat(door.machine.sessions()).isEqualTo(1);
    }
    assertThat(door.machine.nextDeadline()).isEqualTo(door.now + 40 * SECOND);
    // one that is over does not come back
    door.handle(new AdmissionInput.SessionEnded(open.session(), "the laptop ended it"));
    door.handle(new AdmissionInput.SessionUsed(open.session()));
    assertThat(door.machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void aPingThatEndsBeforeThatIsForgotten() {
    Door.Knock knock = door.knock();
    knock.request = Fixtures.PING;
    AdmissionOutput.OpenSession open = door.opened(knock.signedBy(ANN));
    door.admitted(open);
    door.handle(new AdmissionInput.SessionEnded(open.session(), "the laptop ended it"));
    assertThat(door.machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void handoverSendsTheKeyOnlyWhenThePortHasChangedHands() {
    Door.Knock knock = door.knock();
    knock.request = Fixtures.HANDOVER;
    AdmissionOutput.OpenSession open = door.opened(knock.signedBy(ANN));
    List<AdmissionOutput> first = door.admitted(open);
    assertThat(((ResponderContent.Accepted) knock.answer(first)).moshKey()).isEmpty();
    assertThat(first)
        .contains(moved(open.id(), AdmissionStep.HANDING_OVER, "answered, port still ours"));

    TransportAddress address = TransportAddress.parse("198.51.100.9:60002");
    List<AdmissionOutput> second =
        door.handle(
            new AdmissionInput.ServerStarted(open.id(), MOSH_KEY, "", Optional.of(address)));
    assertThat(knock.next(second)).isEqualTo(new ResponderContent.Handover(MOSH_KEY, address));
    assertThat(only(AdmissionOutput.SendAnswer.class, second).session()).contains(open.session());
  }

  @Test
  void aFailedHandoverIsSaidInTheSecondMessage() {
    Door.Knock knock = door.knock();
    knock.request = Fixtures.HANDOVER;
    AdmissionOutput.OpenSession open = door.opened(knock.signedBy(ANN));
    knock.answer(door.admitted(open));
    List<AdmissionOutput> events =
        door.handle(
            new AdmissionInput.OpenFailed(open.id(), Refusal.NO_PORT, "the port was taken"));
    assertThat(knock.next(events))
        .isEqualTo(new ResponderContent.Refused(Refusal.NO_PORT, "the port was taken"));
    assertThat(door.machine.sessions()).isZero();
  }

  @Test
  void nothingIsWaitedForForever() {
    door.handle(door.knock().signedBy(ANN));
    assertThat(door.timeOut()).contains(new AdmissionOutput.Dropped(DropReason.TIMED_OUT, "den"));
    assertThat(door.now).isEqualTo(603 * SECOND);

    Door.Knock deciding = door.knock();
    door.listed(deciding.signedBy(ANN));
    assertThat(deciding.answer(door.timeOut())).isInstanceOf(ResponderContent.Refused.class);

    Door.Knock opening = door.knock();
    AdmissionOutput.OpenSession open = door.opened(opening.signedBy(ANN));
    List<AdmissionOutput> events = door.timeOut();
    assertThat(events)
        .contains(new AdmissionOutput.AbandonSession(open.session(), "opening took too long"));
    assertThat(opening.answer(events)).isInstanceOf(ResponderContent.Refused.class);

    Door.Knock handing = door.knock();
    handing.request = Fixtures.HANDOVER;
    AdmissionOutput.OpenSession handover = door.opened(handing.signedBy(ANN));
    handing.answer(door.admitted(handover));
    events = door.timeOut();
    assertThat(only(AdmissionOutput.AbandonSession.class, events).session())
        .isEqualTo(handover.session());
    assertThat(handing.next(events)).isInstanceOf(ResponderContent.Refused.class);

    assertThat(door.machine.sessions()).isZero();
    assertThat(door.machine.nextDeadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatIsBeingWorkedOnIsBoundedInBytes() {
    Door flooded = new Door(new AdmissionLimits(10_000, 1, 10_000, 1, 8, 4, Duration.ofMinutes(2)));
    int taken = 0;
    boolean busy = false;
    while (!busy) {
      Door.Knock knock = flooded.knock();
      AdmissionInput.Offered large =
          knock.sealed(
              s ->
                  List.of(
                      new OfferedKey(ANN.publicKey.blob(), new byte[4096]),
                      new OfferedKey(OTHER.publicKey.blob(), new byte[4096]),
                      new OfferedKey(new byte[2048], new byte[4096]),
                      new OfferedKey(new byte[2048], new byte[4096]),
                      new OfferedKey(new byte[2048], new byte[4096]),
                      new OfferedKey(new byte[2048], new byte[4096])));
      busy = flooded.handle(large).equals(dropped(DropReason.BUSY));
      taken += busy ? 0 : large.sealed().length;
    }
    assertThat(taken).isBetween(4 << 19, 4 << 20);
    flooded.timeOut();
    assertThat(flooded.machine.held()).isZero();
  }

  @Test
  void aNameTheRendezvousCannotHaveGivenIsSilence() {
    AdmissionInput.Offered good = door.knock().signedBy(ANN);
    AdmissionInput.Offered odd =
        new AdmissionInput.Offered(
            good.exchange(),
            "den\nroot",
            good.fromKey(),
            good.sealed(),
            good.observed(),
            good.session(),
            good.relay());
    assertThat(door.handle(odd))
        .containsExactly(new AdmissionOutput.Dropped(DropReason.MALFORMED, "den\nroot"));
  }

  @Test
  void sixKeysAreLookedUpAtOnceAndNoneTwice() {
    TestKey third = new TestKey();
    List<AdmissionOutput> events = door.handle(door.knock().signedBy(ANN, OTHER, ANN, third));
    assertThat(only(AdmissionOutput.CheckListed.class, events).keys())
        .containsExactly(ANN.publicKey, OTHER.publicKey, third.publicKey);
  }

  @Test
  void aPinCheckedByTheTokenIsTold() {
    AdmissionMachine machine =
        new AdmissionMachine(
            new BoxIdentity(Fixtures.REALM, Fixtures.NAME, Fixtures.HOST.publicKey, door.sealKey),
            AdmissionLimits.of(8, 4),
            (key, signature, statement) -> SignatureCheck.Proof.SIGNED_USER_VERIFIED,
            Fixtures.random(1));
    machine.handle(0, new AdmissionInput.Clock(Fixtures.WALL - 600_000));
    machine.handle(600 * SECOND, door.knock().signedBy(ANN));
    machine.handle(600 * SECOND, new AdmissionInput.KeysListed(1, List.of(ANN.publicKey)));
    assertThat(only(AdmissionOutput.DecidePolicy.class, Fixtures.drain(machine)).userVerified())
        .isTrue();
  }

  @Test
  void aKeyTakenOutOfTheFileMeanwhileIsSilence() {
    AdmissionOutput.DecidePolicy decide =
        only(AdmissionOutput.DecidePolicy.class, door.listed(door.knock().signedBy(ANN)));
    assertThat(door.handle(new AdmissionInput.PolicyNotListed(decide.id())))
        .containsExactly(
            new AdmissionOutput.Dropped(DropReason.NOT_LISTED, "den"),
            moved(decide.id(), AdmissionStep.DONE, "silence: NOT_LISTED"));
  }
}
