package org.moshpit.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.agent.session.Fixtures.HOST;
import static org.moshpit.agent.session.Fixtures.LAPTOP_ICE;
import static org.moshpit.agent.session.Fixtures.SECOND;
import static org.moshpit.agent.session.Fixtures.SHELL;
import static org.moshpit.agent.session.Fixtures.none;
import static org.moshpit.agent.session.Fixtures.only;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.common.identity.BoxRecord;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.seal.Refusal;

class ConnectMachineTest {
  private static final String NO_ANSWER =
      "attic does not answer: there is no such box here, it is offline, or none of your keys is in"
          + " ann's authorized_keys on it. If it is on, its journal says whether your offer came"
          + " and what became of it: journalctl -u moshpit-agent, or journalctl --user -u"
          + " moshpit-agent, there.";
  private final World world = new World();
  private final KeyBatch anns = new KeyBatch(List.of(world.ann.publicKey), false);

  private ConnectRequest known() {
    return world.request(SHELL, Optional.of(KnownBox.of(world.record)));
  }

  private ConnectRequest unknown() {
    return world.request(SHELL, Optional.empty());
  }

  private List<ConnectStep> steps() {
    return world.laptopSaid.stream()
        .filter(ConnectOutput.Moved.class::isInstance)
        .map(said -> ((ConnectOutput.Moved) said).step())
        .toList();
  }

  @Test
  void aKnownBoxIsSignedForBeforeTheLinkIsUp() {
    world.start(known());
    world.tell(new ConnectInput.KeysFound(List.of(anns)));
    assertThat(steps()).containsExactly(ConnectStep.SIGNING, ConnectStep.SIGNED);
    world.tell(new ConnectInput.IceReady(LAPTOP_ICE, List.of(9L)));
    assertThat(none(ConnectOutput.SendOffer.class, world.laptopSaid)).isTrue();

    world.tell(new ConnectInput.LinkUp(40));

    ConnectOutput.SendOffer offer = only(ConnectOutput.SendOffer.class, world.laptopSaid);
    assertThat(offer.recordSerial()).isEqualTo(4);
    assertThat(offer.sockets()).containsExactly(9L);
    assertThat(none(ConnectOutput.SendLookup.class, world.laptopSaid)).isTrue();
    assertThat(steps())
        .containsExactly(
            ConnectStep.SIGNING, ConnectStep.SIGNED, ConnectStep.OFFERED, ConnectStep.DONE);
    assertThat(world.admitted())
        .usingRecursiveComparison()
        .ignoringFields("session", "secret")
        .isEqualTo(
            new ConnectOutput.Admitted(
                world.admitted().session(),
                world.admitted().secret(),
                Fixtures.MOSH_KEY,
                60002,
                "",
                Fixtures.BOX_ICE,
                world.admitted().observed(),
                3,
                30,
                Optional.of(world.ann.publicKey),
                world.record));
    // Nothing new was learned of the box.
    assertThat(none(ConnectOutput.Remember.class, world.laptopSaid)).isTrue();
    assertThat(world.laptop.nextDeadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void bothEndsHaveTheSameSecret() {
    world.connectKnown();
    AdmissionOutput.OpenSession open = only(AdmissionOutput.OpenSession.class, world.boxSaid);
    assertThat(world.admitted().secret()).isEqualTo(open.secret());
    assertThat(world.admitted().session()).isEqualTo(open.session());
    assertThat(open.peer()).isEqualTo(LAPTOP_ICE);
    assertThat(open.rttMillis()).isEqualTo(40);
  }

  @Test
  void anUnknownBoxIsLookedUpAndAskedAbout() {
    world.connect(unknown(), anns);
    assertThat(only(ConnectOutput.AskFingerprint.class, world.laptopSaid).record().hostKey())
        .isEqualTo(HOST.publicKey);
    assertThat(only(ConnectOutput.Remember.class, world.laptopSaid).record())
        .isEqualTo(world.record);
    assertThat(steps())
        .containsExactly(
            ConnectStep.ASKING,
            ConnectStep.FINDING,
            ConnectStep.SIGNING,
            ConnectStep.SIGNED,
            ConnectStep.OFFERED,
            ConnectStep.DONE);
    assertThat(world.admitted().port()).isEqualTo(60002);
  }

  @Test
  void whoDoesNotTrustTheFingerprintSendsNothing() {
    world.trusts = false;
    world.connect(unknown(), anns);
    assertThat(world.failure())
        .isEqualTo(
            new ConnectOutput.Failed(
                ExitCode.FAILURE,
                "the host key of attic was not confirmed; nothing was sent to it."));
    assertThat(none(ConnectOutput.Sign.class, world.laptopSaid)).isTrue();
    assertThat(world.delivered).isEmpty();
  }

  @Test
  void theOptionHostKeyAnswersBeforehand() {
    world.connect(world.expecting(HOST.publicKey.fingerprint()), anns);
    assertThat(none(ConnectOutput.AskFingerprint.class, world.laptopSaid)).isTrue();
    assertThat(only(ConnectOutput.Remember.class, world.laptopSaid).record())
        .isEqualTo(world.record);
    assertThat(world.admitted().port()).isEqualTo(60002);
  }

  @Test
  void theOptionHostKeyStopsAtAnyOtherKnownOrNot() {
    String sentence =
        "the host key of attic is "
            + HOST.publicKey.fingerprint()
            + ", not "
            + world.ann.publicKey.fingerprint()
            + " as --host-key says; nothing was sent to it.";
    world.connect(world.expecting(world.ann.publicKey.fingerprint()), anns);
    assertThat(world.failure())
        .isEqualTo(new ConnectOutput.Failed(ExitCode.HOST_KEY_CHANGED, sentence));

    World other = new World();
    ConnectRequest contradiction =
        new ConnectRequest(
            Fixtures.REALM,
            Fixtures.NAME,
            "ann",
            SHELL,
            Optional.of(KnownBox.of(other.record)),
            Optional.of(world.ann.publicKey.fingerprint()));
    other.connect(contradiction, anns);
    assertThat(other.failure().exit()).isEqualTo(ExitCode.HOST_KEY_CHANGED);
    assertThat(other.delivered).isEmpty();
  }

  @Test
  void unknownInvisibleOfflineSilentAllEndAlikeTwoSecondsAfter() {
    World missing = new World();
    missing.published = new byte[0];
    missing.connect(missing.request(SHELL, Optional.empty()), anns);
    World silent = new World();
    silent.boxOnline = false;
    silent.connectKnown();
    World unlisted = new World();
    unlisted.authorized.clear();
    unlisted.connectKnown();

    for (World each : List.of(missing, silent, unlisted)) {
      long since = each.now;
      assertThat(none(ConnectOutput.Failed.class, each.laptopSaid)).isTrue();
      each.timeOut();
      assertThat(each.now - since).isEqualTo(2 * SECOND);
      assertThat(each.failure()).isEqualTo(new ConnectOutput.Failed(ExitCode.NO_ANSWER, NO_ANSWER));
    }
  }

  @Test
  void aBoxThatAdmittedUsBeforeIsOfflineAtOnce() {
    world.boxOnline = false;
    world.connectKnown();
    long exchange = only(ConnectOutput.SendOffer.class, world.laptopSaid).exchange();
    world.tell(new ConnectInput.Offline(exchange + 1, 0));
    assertThat(none(ConnectOutput.Failed.class, world.laptopSaid)).isTrue();
    world.tell(new ConnectInput.Offline(exchange, world.wall() - 3 * 3_600_000L));
    assertThat(world.failure())
        .isEqualTo(
            new ConnectOutput.Failed(
                ExitCode.NO_ANSWER,
                "attic has been offline for 3 hours; is it switched on and connected, and does its"
                    + " agent run (systemctl status moshpit-agent there)?"));
  }

  /** The rendezvous may have been away, and its agents come back one after the other. */
  @Test
  void oneThatHasJustGoneMayBeBackInAMinute() {
    world.boxOnline = false;
    world.connectKnown();
    long exchange = only(ConnectOutput.SendOffer.class, world.laptopSaid).exchange();
    world.tell(new ConnectInput.Offline(exchange, world.wall() - 20_000));
    assertThat(world.failure())
        .isEqualTo(
            new ConnectOutput.Failed(
                ExitCode.NO_ANSWER,
                "attic has been offline for less than a minute; is it switched on and connected, and"
                    + " does its agent run (systemctl status moshpit-agent there)? It may be back"
                    + " soon; try again in a minute."));
  }

  @Test
  void theQuotaOfTheRendezvousIsItsOwnSentence() {
    world.boxOnline = false;
    world.connectKnown();
    long exchange = only(ConnectOutput.SendOffer.class, world.laptopSaid).exchange();
    world.tell(new ConnectInput.QuotaExceeded(exchange));
    assertThat(world.failure().exit()).isEqualTo(ExitCode.RENDEZVOUS);
  }

  @Test
  void keysAreTriedBatchByBatchAndTheInteractiveOnesLast() {
    TestKey agentKey = new TestKey();
    TestKey token = new TestKey();
    world.agent.put(agentKey.publicKey, agentKey);
    world.agent.put(token.publicKey, token);
    world.authorized.clear();
    world.authorized.add(token.publicKey);
    world.connect(
        known(),
        anns,
        new KeyBatch(List.of(agentKey.publicKey), false),
        new KeyBatch(List.of(token.publicKey), true));
    world.timeOut();
    world.timeOut();
    assertThat(
            world.laptopSaid.stream()
                .filter(ConnectOutput.Sign.class::isInstance)
                .map(said -> ((ConnectOutput.Sign) said).batch()))
        .containsExactly(
            anns,
            new KeyBatch(List.of(agentKey.publicKey), false),
            new KeyBatch(List.of(token.publicKey), true));
    assertThat(world.admitted().key()).contains(token.publicKey);
  }

  @Test
  void furtherKeysAreLookedForOnlyWhenTheFirstMetSilence() {
    TestKey second = new TestKey();
    world.agent.put(second.publicKey, second);
    world.authorized.clear();
    world.authorized.add(second.publicKey);
    world.start(known());
    world.tell(new ConnectInput.KeysFound(List.of(anns), true));
    world.tell(new ConnectInput.IceReady(LAPTOP_ICE, List.of()));
    world.tell(new ConnectInput.LinkUp(40));
    assertThat(none(ConnectOutput.FindKeys.class, world.laptopSaid)).isTrue();
    world.timeOut();
    only(ConnectOutput.FindKeys.class, world.laptopSaid);
    assertThat(world.laptop.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    world.tell(
        new ConnectInput.KeysFound(List.of(new KeyBatch(List.of(second.publicKey), false)), true));
    assertThat(world.admitted().key()).contains(second.publicKey);
  }

  @Test
  void whenNoFurtherKeysAreFoundItWasSilence() {
    world.authorized.clear();
    world.start(known());
    world.tell(new ConnectInput.KeysFound(List.of(anns), true));
    world.tell(new ConnectInput.IceReady(LAPTOP_ICE, List.of()));
    world.tell(new ConnectInput.LinkUp(40));
    world.timeOut();
    assertThat(none(ConnectOutput.Failed.class, world.laptopSaid)).isTrue();
    world.tell(new ConnectInput.KeysFound(List.of()));
    assertThat(world.failure()).isEqualTo(new ConnectOutput.Failed(ExitCode.NO_ANSWER, NO_ANSWER));
  }

  @Test
  void noEphemeralNonceOrStatementIsUsedTwice() {
    world.authorized.clear();
    world.connect(known(), anns, anns, anns);
    world.timeOut();
    world.timeOut();
    world.timeOut();
    assertThat(world.delivered.stream().map(o -> List.of(head(o.sealed()))))
        .doesNotHaveDuplicates();
    assertThat(world.delivered).hasSize(3);
  }

  private static Object head(byte[] sealed) {
    return HexFormat.of().formatHex(sealed, 0, 32);
  }

  @Test
  void withoutKeysThereIsNothingToOffer() {
    world.connect(known());
    assertThat(world.failure())
        .isEqualTo(
            new ConnectOutput.Failed(
                ExitCode.USAGE,
                "there is no SSH key to offer, neither in ~/.ssh nor in ssh-agent; make one with"
                    + " ssh-keygen and add its .pub file to ~/.ssh/authorized_keys on the box, or"
                    + " name one with -i FILE."));
  }

  @Test
  void whoHasNoKeyIsToldSoBeforeBeingAskedAboutAFingerprint() {
    world.connect(unknown());
    assertThat(world.failure().exit()).isEqualTo(ExitCode.USAGE);
    assertThat(world.failure().sentence()).startsWith("there is no SSH key to offer");
    assertThat(none(ConnectOutput.AskFingerprint.class, world.laptopSaid)).isTrue();
  }

  @Test
  void aMissingKeyIsNoMatterOfTheNetwork() {
    world.start(unknown());
    world.tell(new ConnectInput.KeysFound(List.of()));
    assertThat(world.failure().sentence()).startsWith("there is no SSH key to offer");
  }

  @Test
  void aFingerprintIsAskedAboutOnlyWhenTheKeysAreFound() {
    world.start(unknown());
    world.tell(new ConnectInput.IceReady(LAPTOP_ICE, List.of(9L)));
    world.tell(new ConnectInput.LinkUp(40));
    assertThat(none(ConnectOutput.AskFingerprint.class, world.laptopSaid)).isTrue();
    assertThat(world.laptop.nextDeadline()).isEqualTo(Long.MAX_VALUE);

    world.tell(new ConnectInput.KeysFound(List.of(anns)));

    assertThat(only(ConnectOutput.AskFingerprint.class, world.laptopSaid).record().hostKey())
        .isEqualTo(HOST.publicKey);
    assertThat(world.admitted().port()).isEqualTo(60002);
  }

  @Test
  void keysThatDoNotSignAreNamed() {
    world.agent.clear();
    world.connect(known(), anns);
    String problem = "no private key for " + world.ann.publicKey.fingerprint();
    assertThat(world.laptopSaid).contains(new ConnectOutput.Notice(problem));
    assertThat(world.failure())
        .isEqualTo(
            new ConnectOutput.Failed(
                ExitCode.FAILURE, "none of your SSH keys could sign: " + problem));
    assertThat(world.delivered).isEmpty();
  }

  @Test
  void aDeclinedPassphraseAfterSilenceIsStillSilence() {
    TestKey token = new TestKey();
    world.authorized.clear();
    world.connect(known(), anns, new KeyBatch(List.of(token.publicKey), true));
    world.timeOut();
    assertThat(world.failure()).isEqualTo(new ConnectOutput.Failed(ExitCode.NO_ANSWER, NO_ANSWER));
  }

  @Test
  void aDayBetweenTheClocksCostsOneMoreSignature() {
    world.laptopAhead = 86_400_000L;
    world.connectKnown();
    assertThat(world.admitted().port()).isEqualTo(60002);
    assertThat(world.delivered).hasSize(2);
    assertThat(world.laptopSaid)
        .contains(
            new ConnectOutput.Notice(
                "this computer's clock and that of attic are 24 hours apart."));
  }

  @Test
  void rightAfterTheBoxStartedOneMoreSignatureToo() {
    world.box = world.newBox(Fixtures.sealKey(0x70));
    world.startBox(0);
    world.connectKnown();
    assertThat(world.admitted().port()).isEqualTo(60002);
    assertThat(world.delivered).hasSize(2);
    assertThat(none(ConnectOutput.Notice.class, world.laptopSaid)).isTrue();
  }

  @Test
  void aRotatedNoiseKeyIsFollowedAndRemembered() {
    world.box = world.newBox(Fixtures.sealKey(0x71));
    world.startBox(600);
    SignedBoxRecord newer = Fixtures.record(HOST, Fixtures.sealKey(0x71).publicKey(), 5);
    world.published = newer.encode();
    world.connectKnown();
    assertThat(world.admitted().box()).isEqualTo(newer);
    assertThat(only(ConnectOutput.Remember.class, world.laptopSaid).record()).isEqualTo(newer);
    assertThat(world.delivered).hasSize(1);
  }

  @Test
  void aChangedHostKeyStops() {
    TestKey other = new TestKey();
    world.published = Fixtures.record(other, Fixtures.sealKey(0x71).publicKey(), 9).encode();
    world.connectKnown();
    assertThat(world.failure().exit()).isEqualTo(ExitCode.HOST_KEY_CHANGED);
    assertThat(world.failure().sentence())
        .contains(
            "it was "
                + HOST.publicKey.fingerprint()
                + ", now it is "
                + other.publicKey.fingerprint());
    assertThat(none(ConnectOutput.Remember.class, world.laptopSaid)).isTrue();
  }

  private static Arguments bad(String why, SignedBoxRecord record) {
    return Arguments.of(why, record.encode());
  }

  static Stream<Arguments> unbelievable() {
    byte[] noise = Fixtures.sealKey(0x71).publicKey();
    SignedBoxRecord good = Fixtures.record(HOST, noise, 9);
    SignedBoxRecord forged =
        new SignedBoxRecord(
            good.record(),
            HOST.publicKey,
            Fixtures.record(HOST, Fixtures.filled(32, 7), 9).signature());
    long ever = 9_000_000_000L;
    return Stream.of(
        bad("its signature is wrong", forged),
        bad("it is older than the one seen before", Fixtures.record(HOST, noise, 3)),
        bad("it is older than the one seen before", Fixtures.record(HOST, noise, 4)),
        bad(
            "it is another box's",
            Fixtures.record(HOST, new BoxRecord(Fixtures.REALM, "cellar", noise, 9, ever, 1, 1))),
        bad(
            "it is made for another rendezvous",
            Fixtures.record(
                HOST, new BoxRecord(Fixtures.filled(32, 1), "attic", noise, 9, ever, 1, 1))),
        bad(
            "it has expired (or this computer's clock is wrong)",
            Fixtures.record(HOST, new BoxRecord(Fixtures.REALM, "attic", noise, 9, 1000, 1, 1))),
        bad("its key is unusable", Fixtures.record(HOST, new byte[32], 9)),
        Arguments.of("it is damaged", new byte[] {1, 2, 3}),
        Arguments.of("it is too long", new byte[SignedBoxRecord.MAX_LENGTH + 1]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unbelievable")
  void aRecordThatCannotBeBelievedStopsHere(String why, byte[] record) {
    world.boxOnline = false;
    world.connectKnown();
    long exchange = only(ConnectOutput.SendOffer.class, world.laptopSaid).exchange();
    world.tell(new ConnectInput.Answered(exchange, new byte[0], List.of(), 0, record));
    assertThat(world.failure())
        .isEqualTo(
            new ConnectOutput.Failed(
                ExitCode.FAILURE,
                "the rendezvous gave a record of attic that cannot be believed: "
                    + why
                    + ". Nothing was sent to it; ask whoever runs the rendezvous."));
    assertThat(none(ConnectOutput.Remember.class, world.laptopSaid)).isTrue();
  }

  @Test
  void aRendezvousThatKeepsReplacingTheRecordIsStopped() {
    world.boxOnline = false;
    world.connectKnown();
    for (int serial = 5; none(ConnectOutput.Failed.class, world.laptopSaid); serial++) {
      List<ConnectOutput.SendOffer> offers =
          world.laptopSaid.stream()
              .filter(ConnectOutput.SendOffer.class::isInstance)
              .map(ConnectOutput.SendOffer.class::cast)
              .toList();
      byte[] next = Fixtures.record(HOST, world.noise.publicKey(), serial).encode();
      world.tell(
          new ConnectInput.Answered(
              offers.get(offers.size() - 1).exchange(), new byte[0], List.of(), 0, next));
      assertThat(serial).isLessThan(9);
    }
    assertThat(world.failure().exit()).isEqualTo(ExitCode.FAILURE);
  }

  @Test
  void aBoxOfAnotherVersionIsSaidInOneSentence() {
    world.published =
        Fixtures.record(
                HOST,
                new BoxRecord(
                    Fixtures.REALM, "attic", world.noise.publicKey(), 9, 9_000_000_000L, 2, 3))
            .encode();
    world.connect(unknown(), anns);
    assertThat(world.failure())
        .isEqualTo(
            new ConnectOutput.Failed(
                ExitCode.FAILURE, "attic speaks only a newer version; update the agent here."));
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void everyRefusalHasItsExitCodeAndReason(Refusal kind) {
    world.policy = Optional.of(World.refusing(kind, "because."));
    world.connectKnown();
    ExitCode exit =
        switch (kind) {
          case POLICY, SESSION_LIMIT -> ExitCode.REFUSED;
          case NO_MOSH_SERVER -> ExitCode.NO_MOSH;
          default -> ExitCode.FAILURE;
        };
    assertThat(world.failure())
        .isEqualTo(new ConnectOutput.Failed(exit, "attic refuses: because."));
  }

  @Test
  void anAnswerAlteredAnywhereOpensNoSession() {
    for (int at : new int[] {0, 31, 32, 60, 100}) {
      World bent = new World();
      bent.bendAnswer =
          answer -> {
            byte[] altered = answer.sealed().clone();
            altered[at] ^= 4;
            return new ConnectInput.Answered(
                answer.exchange(), altered, answer.observed(), answer.relay(), answer.record());
          };
      bent.connectKnown();
      assertThat(bent.failure().exit()).isEqualTo(ExitCode.FAILURE);
      assertThat(bent.failure().sentence()).contains("altered on the way");
      assertThat(none(ConnectOutput.Admitted.class, bent.laptopSaid)).isTrue();
    }
  }

  @Test
  void anAnswerToAnotherExchangeIsNotLookedAt() {
    world.bendAnswer =
        answer ->
            new ConnectInput.Answered(
                answer.exchange() + 1,
                answer.sealed(),
                answer.observed(),
                answer.relay(),
                answer.record());
    world.connectKnown();
    world.timeOut();
    assertThat(world.failure().exit()).isEqualTo(ExitCode.NO_ANSWER);
  }

  @Test
  void handoverBringsTheKeyInASecondMessage() {
    world.connect(world.request(Fixtures.HANDOVER, Optional.of(KnownBox.of(world.record))), anns);
    assertThat(world.admitted().moshKey()).isEmpty();
    ConnectOutput.HandedOver handed = only(ConnectOutput.HandedOver.class, world.laptopSaid);
    assertThat(handed.moshKey()).isEqualTo(Fixtures.MOSH_KEY);
    assertThat(handed.address()).hasToString("198.51.100.9:60002");
    assertThat(steps()).endsWith(ConnectStep.HANDING_OVER, ConnectStep.DONE);
  }

  @Test
  void aPingNeedsNoKey() {
    world.connect(world.request(Fixtures.PING, Optional.of(KnownBox.of(world.record))), anns);
    assertThat(world.admitted().moshKey()).isEmpty();
    assertThat(steps()).endsWith(ConnectStep.DONE);
  }

  @Test
  void aBrokenLinkMeansANewOfferNeverTheOldOne() {
    world.boxOnline = false;
    world.connectKnown();
    world.tell(new ConnectInput.LinkDown());
    assertThat(world.laptop.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    world.boxOnline = true;
    world.tell(new ConnectInput.LinkUp(50));
    assertThat(world.admitted().port()).isEqualTo(60002);
    List<byte[]> offers =
        world.laptopSaid.stream()
            .filter(ConnectOutput.SendOffer.class::isInstance)
            .map(said -> ((ConnectOutput.SendOffer) said).sealed())
            .toList();
    assertThat(offers).hasSize(2);
    assertThat(head(offers.get(0))).isNotEqualTo(head(offers.get(1)));
  }

  @Test
  void aLinkThatAlwaysBreaksEndsIt() {
    world.boxOnline = false;
    world.connectKnown();
    for (int i = 0; i < 5; i++) {
      world.tell(new ConnectInput.LinkDown());
      world.tell(new ConnectInput.LinkUp(50));
    }
    assertThat(world.failure().exit()).isEqualTo(ExitCode.RENDEZVOUS);
    assertThat(world.failure().sentence()).contains("breaks whenever an answer is due");
    assertThat(world.laptopSaid.stream().filter(ConnectOutput.SendOffer.class::isInstance))
        .hasSize(5);
  }

  @Test
  void anOrderIsNotOfferedAgainAfterFiveMinutes() {
    world.boxOnline = false;
    world.connectKnown();
    world.tell(new ConnectInput.LinkDown());
    world.now += 301 * Fixtures.SECOND;
    world.tell(new ConnectInput.LinkUp(50));
    assertThat(world.failure().exit()).isEqualTo(ExitCode.NO_ANSWER);
    assertThat(world.failure().sentence())
        .isEqualTo("it took too long to reach attic; run it again.");
  }

  @Test
  void aStatementThatWaitedTooLongForTheLinkIsSignedAnew() {
    world.start(known());
    world.tell(new ConnectInput.KeysFound(List.of(anns)));
    world.tell(new ConnectInput.IceReady(LAPTOP_ICE, List.of()));
    world.now += 61 * SECOND;
    world.tell(new ConnectInput.LinkUp(40));
    assertThat(world.laptopSaid.stream().filter(ConnectOutput.Sign.class::isInstance)).hasSize(2);
    assertThat(world.admitted().port()).isEqualTo(60002);
  }

  @Test
  void aRendezvousThatDoesNotAnswerALookupIsItsOwnSentence() {
    world.start(unknown());
    world.laptop.handle(world.now, new ConnectInput.LinkUp(40));
    Fixtures.drain(world.laptop);
    world.timeOut();
    assertThat(world.failure())
        .isEqualTo(
            new ConnectOutput.Failed(
                ExitCode.RENDEZVOUS, "the rendezvous does not answer; try again later."));
  }

  @Test
  void anExpiredMemoryIsLookedUpUnderTheSameHostKey() {
    SignedBoxRecord expired =
        Fixtures.record(
            HOST, new BoxRecord(Fixtures.REALM, "attic", world.noise.publicKey(), 4, 1000, 1, 1));
    world.connect(world.request(SHELL, Optional.of(KnownBox.of(expired))), anns);
    assertThat(none(ConnectOutput.AskFingerprint.class, world.laptopSaid)).isTrue();
    assertThat(world.admitted().box()).isEqualTo(world.record);
    assertThat(only(ConnectOutput.Remember.class, world.laptopSaid).record())
        .isEqualTo(world.record);
  }

  @Test
  void afterTheEndNothingIsTaken() {
    world.connectKnown();
    int said = world.laptopSaid.size();
    world.tell(new ConnectInput.LinkDown());
    world.tell(new ConnectInput.LinkUp(1));
    world.tell(new ConnectInput.FingerprintAnswered(true));
    assertThat(world.laptopSaid).hasSize(said);
  }
}
