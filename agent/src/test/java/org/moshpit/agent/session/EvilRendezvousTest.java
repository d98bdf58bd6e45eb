package org.moshpit.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.agent.session.Fixtures.HOST;
import static org.moshpit.agent.session.Fixtures.SECOND;
import static org.moshpit.agent.session.Fixtures.none;
import static org.moshpit.agent.session.Fixtures.only;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.SealResponder;

/** What a rendezvous can and cannot do that lies as well as it can. */
class EvilRendezvousTest {
  private final World world = new World();

  @Test
  void aSwappedNoiseKeyUnderTheBoxsNameGetsNoOffer() {
    // The record is the box's, but for the key; only the box could sign it.
    SignedBoxRecord swapped =
        new SignedBoxRecord(
            Fixtures.record(HOST, Fixtures.sealKey(0x66).publicKey(), 5).record(),
            HOST.publicKey,
            world.record.signature());
    world.published = swapped.encode();
    world.connectKnown();
    assertThat(world.failure().exit()).isEqualTo(ExitCode.FAILURE);
    assertThat(world.failure().sentence()).contains("its signature is wrong");
    assertThat(world.delivered).isEmpty();
  }

  @Test
  void aWholeOtherBoxUnderTheNameGetsNoOffer() {
    world.published =
        Fixtures.record(new TestKey(), Fixtures.sealKey(0x66).publicKey(), 5).encode();
    world.connectKnown();
    assertThat(world.failure().exit()).isEqualTo(ExitCode.HOST_KEY_CHANGED);
    assertThat(world.delivered).isEmpty();
  }

  @Test
  void anOfferCannotBeOpenedByAnyoneElse() {
    world.connectKnown();
    byte[] sealed = world.delivered.get(0).sealed();
    assertThat(SealResponder.open(Fixtures.sealKey(0x66), Fixtures.REALM, Fixtures.NAME, sealed))
        .isInstanceOf(SealResponder.Outcome.Failed.class);
  }

  @Test
  void aReplayedOfferStartsNothingNowLaterOrAfterARestart() {
    world.connectKnown();
    AdmissionInput.Offered offer = world.delivered.get(0);
    only(AdmissionOutput.OpenSession.class, world.boxSaid);

    for (long wait : new long[] {0, 60, 130, 200, 3600}) {
      world.now += wait * SECOND;
      world.tell(again(offer));
    }
    world.box = world.newBox(Fixtures.sealKey(0x70));
    world.startBox(0);
    for (long wait : new long[] {0, 60, 130, 3600}) {
      world.now += wait * SECOND;
      world.tell(again(offer));
    }
    assertThat(world.boxSaid.stream().filter(AdmissionOutput.OpenSession.class::isInstance))
        .hasSize(1);
  }

  @Test
  void offersCollectedByBreakingTheLinkOpenOneSession() {
    world.boxOnline = false;
    world.connectKnown();
    for (int i = 0; i < 6; i++) {
      world.tell(new ConnectInput.LinkDown());
      world.now += 2 * SECOND;
      world.tell(new ConnectInput.LinkUp(40));
    }
    List<byte[]> offers =
        world.laptopSaid.stream()
            .filter(ConnectOutput.SendOffer.class::isInstance)
            .map(said -> ((ConnectOutput.SendOffer) said).sealed())
            .toList();
    assertThat(offers).hasSize(5);
    world.laptop.close();
    world.now += 90 * SECOND;
    for (byte[] offer : offers) {
      world.tell(
          new AdmissionInput.Offered(
              "connect 1000 0", "den", "aa".repeat(32), offer, List.of(), Optional.empty(), 7));
    }
    only(AdmissionOutput.OpenSession.class, world.boxSaid);
    only(AdmissionOutput.Admitted.class, world.boxSaid);
  }

  private static AdmissionInput.Offered again(AdmissionInput.Offered offer) {
    return new AdmissionInput.Offered(
        "connect 0 0",
        "mallory",
        "ee".repeat(32),
        offer.sealed(),
        offer.observed(),
        offer.session(),
        offer.relay());
  }

  @Test
  void anOldAnswerForANewOfferOpensNoSession() {
    world.connectKnown();
    byte[] old = only(AdmissionOutput.SendAnswer.class, world.boxSaid).sealed();
    World second = new World();
    second.bendAnswer =
        answer ->
            new ConnectInput.Answered(
                answer.exchange(), old, answer.observed(), answer.relay(), answer.record());
    second.connectKnown();
    assertThat(second.failure().exit()).isEqualTo(ExitCode.FAILURE);
    assertThat(none(ConnectOutput.Admitted.class, second.laptopSaid)).isTrue();
  }

  @Test
  void injectedAddressesStayApartFromTheSealedOnes() {
    List<ObservedSocket> lie =
        List.of(new ObservedSocket(1, TransportAddress.parse("192.0.2.66:53")));
    world.bendAnswer =
        answer ->
            new ConnectInput.Answered(
                answer.exchange(), answer.sealed(), lie, answer.relay(), answer.record());
    world.connectKnown();
    // They are marked as vouched for by the rendezvous alone, which bounds what is sent there.
    assertThat(world.admitted().observed()).isEqualTo(lie);
    assertThat(world.admitted().peer()).isEqualTo(Fixtures.BOX_ICE);
  }

  @Test
  void aForgedHintOnlyMakesTheLaptopAsk() {
    world.connectKnown();
    world.control();
    world.boxSaid.clear();
    world.tell(new ControlInput.Hinted());
    world.timeOutControl();
    assertThat(only(ControlOutput.PeerRestarted.class, world.controlSaid).peer())
        .isEqualTo(Fixtures.BOX_ICE);
    assertThat(world.box.sessions()).isEqualTo(1);
  }

  @Test
  void withoutTheBoxTheRendezvousCannotAnswerAnything() {
    world.boxOnline = false;
    world.connectKnown();
    long exchange = only(ConnectOutput.SendOffer.class, world.laptopSaid).exchange();
    world.tell(new ConnectInput.Answered(exchange, new byte[200], List.of(), 1, new byte[0]));
    assertThat(world.failure().exit()).isEqualTo(ExitCode.FAILURE);
    assertThat(none(ConnectOutput.Admitted.class, world.laptopSaid)).isTrue();
  }

  @Test
  void anOfferForOneBoxIsNoOfferForAnother() {
    world.connectKnown();
    AdmissionInput.Offered offer = world.delivered.get(0);
    AdmissionMachine other =
        new AdmissionMachine(
            new BoxIdentity(Fixtures.REALM, "cellar", HOST.publicKey, Fixtures.sealKey(0x70)),
            AdmissionLimits.of(8, 8),
            SignatureCheck.SSHSIG,
            Fixtures.random(1));
    other.handle(0, offer);
    assertThat(Fixtures.drain(other))
        .containsExactly(new AdmissionOutput.Dropped(DropReason.NOT_AUTHENTIC, "den"));
  }

  @Test
  void aChallengeTakenFromOneExchangeServesNoOther() {
    world.box = world.newBox(Fixtures.sealKey(0x70));
    world.startBox(0);
    world.connectKnown();
    assertThat(world.delivered).hasSize(2);
    int sessions = world.box.sessions();
    for (AdmissionInput.Offered offer : List.copyOf(world.delivered)) {
      world.tell(again(offer));
    }
    assertThat(world.box.sessions()).isEqualTo(sessions).isEqualTo(1);
  }
}
