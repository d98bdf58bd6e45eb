package org.moshpit.rendezvous.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.rendezvous.core.CoreFixture.address;
import static org.moshpit.rendezvous.core.CoreFixture.admitted;
import static org.moshpit.rendezvous.core.CoreFixture.claim;
import static org.moshpit.rendezvous.core.CoreFixture.find;
import static org.moshpit.rendezvous.core.CoreFixture.offer;
import static org.moshpit.rendezvous.core.CoreFixture.send;
import static org.moshpit.rendezvous.core.CoreFixture.session;
import static org.moshpit.rendezvous.core.CoreFixture.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.rendezvous.core.AgentFrame.Mode;
import org.moshpit.rendezvous.core.CoreCommand.Persist;
import org.moshpit.rendezvous.core.CoreCommand.RouteRelay;
import org.moshpit.rendezvous.core.RendezvousFrame.Answered;
import org.moshpit.rendezvous.core.RendezvousFrame.Hinted;
import org.moshpit.rendezvous.core.RendezvousFrame.NotDelivered;
import org.moshpit.rendezvous.core.RendezvousFrame.NotDeliveredReason;
import org.moshpit.rendezvous.core.RendezvousFrame.Offered;
import org.moshpit.rendezvous.core.RendezvousFrame.PeerObserved;

class CourierTest {
  private static final Bytes ANSWER = Bytes.ofHex("a125");

  private final CoreFixture core = new CoreFixture();

  @BeforeEach
  void agents() {
    core.enrolled("box", Role.BOX);
    core.enrolled("lap", Role.LAPTOP);
    core.enrolled("eve", Role.BOTH);
  }

  @Test
  void offerAndAnswerWithObservedAddresses() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    core.say(lap, claim(1, "192.0.2.1:1000"));
    List<CoreCommand> commands = core.say(lap, offer(7, "box", 1, 2));
    Offered offered = find(commands, Offered.class);

    assertThat(commands)
        .containsExactly(
            send(
                box,
                new Offered(
                    offered.exchange(),
                    "lap",
                    core.rawKey("lap"),
                    Bytes.ofHex("5ea1"),
                    List.of(new Observed(socket(1), address("192.0.2.1:1000"))),
                    Bytes.EMPTY,
                    offered.relay())));
    assertThat(offered.exchange().size()).isEqualTo(16);
    assertThat(offered.relay()).isNotZero();

    core.say(box, claim(9, "198.51.100.2:2000"));
    core.assertCommands(
        box,
        admitted(offered.exchange(), 3, 9, 10),
        new Persist(new RegistryChange.PutAdmission(new Admission("box", "lap"), core.wall())),
        new RouteRelay(offered.relay(), lap, box),
        send(
            lap,
            new Answered(
                7,
                ANSWER,
                List.of(new Observed(socket(9), address("198.51.100.2:2000"))),
                offered.relay(),
                Bytes.EMPTY)));
  }

  @Test
  void anAnswerThatDoesNotAdmitOpensNothing() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    Offered offered = find(core.say(lap, offer(7, "box")), Offered.class);

    core.assertCommands(
        box,
        new AgentFrame.Answer(offered.exchange(), ANSWER, List.of(), false, Bytes.EMPTY),
        send(lap, new Answered(7, ANSWER, List.of(), 0, Bytes.EMPTY)));
  }

  @Test
  void laterObservationsReachTheOtherEnd() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    Offered offered = find(core.say(lap, offer(7, "box", 1)), Offered.class);
    core.say(lap, claim(1, "192.0.2.1:1000")); // between offer and answer
    Observed late = new Observed(socket(1), address("192.0.2.1:1000"));

    assertThat(core.say(box, admitted(offered.exchange(), 3, 9)))
        .contains(send(box, new PeerObserved(offered.relay(), late)));
    assertThat(core.say(box, claim(9, "198.51.100.2:2000")))
        .contains(
            send(
                lap,
                new PeerObserved(
                    offered.relay(), new Observed(socket(9), address("198.51.100.2:2000")))));
    assertThat(core.say(box, claim(9, "198.51.100.2:2000"))).as("nothing new").hasSize(1);
    assertThat(core.say(lap, claim(5, "192.0.2.1:5"))).as("not of this session").hasSize(1);
  }

  @Test
  void aSecondMessageOfTheSameExchange() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    Offered offered = find(core.say(lap, offer(7, "box")), Offered.class);
    core.say(box, admitted(offered.exchange(), 3));
    core.pass(Duration.ofSeconds(29));

    core.assertCommands(
        box,
        new AgentFrame.Answer(offered.exchange(), Bytes.ofHex("02"), List.of(), false, Bytes.EMPTY),
        send(lap, new Answered(7, Bytes.ofHex("02"), List.of(), offered.relay(), Bytes.EMPTY)));
  }

  @Test
  void anAnswerIsTheBoxesAndInTimeAndNotOneOfMany() {
    LinkId box = core.box("box");
    LinkId eve = core.box("eve");
    LinkId lap = core.laptop("lap");
    Offered offered = find(core.say(lap, offer(7, "box")), Offered.class);

    core.assertCommands(eve, admitted(offered.exchange(), 3));
    AgentFrame.Answer plain =
        new AgentFrame.Answer(offered.exchange(), ANSWER, List.of(), false, Bytes.EMPTY);
    for (int i = 0; i < CoreLimits.DEFAULT.answersPerExchange(); i++) {
      assertThat(core.say(box, plain)).hasSize(1);
    }
    core.assertCommands(box, plain);
    Offered second = find(core.say(lap, offer(8, "box")), Offered.class);
    core.pass(Duration.ofSeconds(30));
    core.assertCommands(box, admitted(second.exchange(), 3));
  }

  @Test
  void aNewerBoxLinkMayAnswerForTheOlder() {
    core.box("box");
    LinkId lap = core.laptop("lap");
    Offered offered = find(core.say(lap, offer(7, "box")), Offered.class);
    LinkId newer = core.box("box");

    assertThat(core.say(newer, admitted(offered.exchange(), 3)))
        .contains(new RouteRelay(offered.relay(), lap, newer));
  }

  @Test
  void silenceForUnknownNamesAbsentBoxesAndLaptops() {
    LinkId lap = core.laptop("lap");
    core.laptop("eve");

    core.assertCommands(lap, offer(1, "nobody"));
    core.assertCommands(lap, offer(2, "box"));
    core.assertCommands(lap, offer(3, "eve"));
    core.assertCommands(lap, offer(4, "lap"));
  }

  @Test
  void offlineIsToldToThoseTheBoxAdmitted() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    LinkId eve = core.laptop("eve");
    Offered offered = find(core.say(lap, offer(7, "box")), Offered.class);
    core.say(box, admitted(offered.exchange(), 3));
    core.pass(Duration.ofSeconds(10));
    core.run(new CoreInput.Disconnected(box, "reset"));
    long since = core.wall();
    core.pass(Duration.ofSeconds(10));

    core.assertCommands(
        lap, offer(8, "box"), send(lap, new NotDelivered(8, NotDeliveredReason.OFFLINE, since)));
    core.assertCommands(eve, offer(1, "box"));
  }

  private static AgentFrame.Offer control(long exchange, Bytes session) {
    return new AgentFrame.Offer(exchange, "box", Bytes.ofHex("5ea1"), List.of(), 0, session);
  }

  /** Who was told that the box of a session is offline is hinted when it is back. */
  @Test
  void whoWaitsForABoxHearsThatItIsBack() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    Offered offered = find(core.say(lap, offer(7, "box")), Offered.class);
    core.say(box, admitted(offered.exchange(), 3));
    core.run(new CoreInput.Disconnected(box, "reset"));
    Bytes session = session(3);
    core.say(lap, offer(8, "box"));
    core.say(lap, control(9, session));
    core.say(lap, control(10, session));

    LinkId again = core.connect();
    assertThat(core.say(again, core.login(again, "box", Mode.BOX)))
        .filteredOn(command -> command.equals(send(lap, new Hinted(0, session))))
        .hasSize(1);
    core.run(new CoreInput.Disconnected(again, "reset"));
    LinkId third = core.connect();
    assertThat(core.say(third, core.login(third, "box", Mode.BOX)))
        .doesNotContain(send(lap, new Hinted(0, session)));
  }

  /**
   * The link of a box that lost its network without a word takes exchanges until it is given up.
   */
  @Test
  void anExchangeThatABoxDidNotAnswerIsHintedAtWhenItLogsInAgain() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    Offered offered = find(core.say(lap, offer(7, "box")), Offered.class);
    core.say(box, admitted(offered.exchange(), 3));
    Bytes session = session(3);
    CoreCommand hint = send(lap, new Hinted(0, session));
    find(core.say(lap, control(8, session)), Offered.class);

    LinkId again = core.connect();
    assertThat(core.say(again, core.login(again, "box", Mode.BOX))).contains(hint);

    Offered answered = find(core.say(lap, control(9, session)), Offered.class);
    core.say(again, admitted(answered.exchange(), 3));
    LinkId third = core.connect();
    assertThat(core.say(third, core.login(third, "box", Mode.BOX))).doesNotContain(hint);
  }

  /** Whether a box is here is nothing that a stranger is told. */
  @Test
  void aStrangersExchangeIsNeverHintedAt() {
    core.box("box");
    LinkId eve = core.laptop("eve");
    find(core.say(eve, control(7, session(3))), Offered.class);

    LinkId again = core.connect();
    assertThat(core.say(again, core.login(again, "box", Mode.BOX)))
        .doesNotContain(send(eve, new Hinted(0, session(3))));
  }

  /** However many sessions somebody makes up, others who wait for that box are not forgotten. */
  @Test
  void oneLaptopWaitsForABoxInEightPlacesAtMost() {
    core.enrolled("many", Role.LAPTOP);
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    LinkId many = core.laptop("many");
    for (LinkId laptop : List.of(lap, many)) {
      Offered offered = find(core.say(laptop, offer(7, "box")), Offered.class);
      core.say(box, admitted(offered.exchange(), laptop.equals(lap) ? 1 : 2));
    }
    core.run(new CoreInput.Disconnected(box, "reset"));
    core.say(lap, control(8, session(1)));
    for (int i = 0; i < 100; i++) {
      core.say(many, control(9 + i, session(100 + i)));
    }
    LinkId again = core.connect();
    List<CoreCommand> back = core.say(again, core.login(again, "box", Mode.BOX));
    assertThat(back).contains(send(lap, new Hinted(0, session(1))));
    for (int i = 0; i < 100; i++) {
      CoreCommand hint = send(many, new Hinted(0, session(100 + i)));
      assertThat(back.contains(hint)).as("session " + i).isEqualTo(i >= 92);
    }
  }

  @Test
  void aStaleRecordIsAnsweredWithTheNewOneWhetherTheBoxIsHereOrNot() {
    LinkId box = core.box("box");
    core.say(box, new AgentFrame.Publish(Bytes.ofHex("05aa")));
    LinkId lap = core.laptop("lap");
    CoreCommand stale = send(lap, new Answered(1, Bytes.EMPTY, List.of(), 0, Bytes.ofHex("05aa")));

    core.assertCommands(lap, offer(1, "box"), stale);
    core.run(new CoreInput.Disconnected(box, "reset"));
    core.assertCommands(lap, offer(1, "box"), stale);
  }

  @Test
  void theRightSerialIsDelivered() {
    LinkId box = core.box("box");
    core.say(box, new AgentFrame.Publish(Bytes.ofHex("05aa")));
    LinkId lap = core.laptop("lap");
    AgentFrame.Offer right =
        new AgentFrame.Offer(1, "box", Bytes.ofHex("5ea1"), List.of(), 5, Bytes.EMPTY);

    assertThat(core.say(lap, right)).hasSize(1).allMatch(c -> c.toString().contains("Offered"));
  }

  @Test
  void aSenderHasAQuota() {
    core.box("box");
    LinkId lap = core.laptop("lap");
    for (int i = 0; i < CoreLimits.DEFAULT.offerBurstPerSender(); i++) {
      core.say(lap, offer(i, "nobody"));
    }
    core.assertCommands(
        lap,
        offer(999, "box"),
        send(lap, new NotDelivered(999, NotDeliveredReason.OFFER_QUOTA, 0)));
    core.assertCommands(
        lap,
        offer(1000, "nobody"),
        send(lap, new NotDelivered(1000, NotDeliveredReason.OFFER_QUOTA, 0)));
    core.pass(Duration.ofMillis(501));

    find(core.say(lap, offer(1001, "box")), Offered.class);
  }

  @Test
  void aBoxHasAQuota() {
    CoreLimits d = CoreLimits.DEFAULT;
    CoreFixture tight =
        new CoreFixture(
            RegistrySnapshot.empty(CoreFixture.REALM),
            new CoreLimits(
                d.loginTimeout(),
                d.exchangeTimeout(),
                d.relayGrace(),
                d.hints(),
                4,
                2,
                100,
                0.5,
                2,
                2,
                1,
                8,
                1,
                10,
                100,
                d.publishBurst(),
                d.publishInterval(),
                d.frames(),
                d.strangerFrames(),
                d.strayDatagrams(),
                d.inviteMemory()));
    tight.enrolled("box", Role.BOX);
    tight.enrolled("lap", Role.LAPTOP);
    tight.enrolled("eve", Role.LAPTOP);
    LinkId box = tight.box("box");
    LinkId lap = tight.laptop("lap");
    LinkId eve = tight.laptop("eve");
    Offered first = find(tight.say(lap, offer(1, "box")), Offered.class);
    tight.say(box, admitted(first.exchange(), 1));
    Offered second = find(tight.say(lap, offer(2, "box")), Offered.class);
    find(tight.say(lap, offer(3, "box")), Offered.class);
    tight.assertCommands(
        lap, offer(4, "box"), send(lap, new NotDelivered(4, NotDeliveredReason.OFFER_QUOTA, 0)));
    tight.assertCommands(eve, offer(1, "box"));

    // One relay per agent here: the second session is admitted, but without a relay.
    tight.assertCommands(
        box,
        admitted(second.exchange(), 2),
        send(box, new RendezvousFrame.RelayClosed(second.relay(), "too many relays are open")),
        send(lap, new Answered(2, ANSWER, List.of(), 0, Bytes.EMPTY)));
    tight.pass(Duration.ofSeconds(31));
    find(tight.say(lap, offer(5, "box")), Offered.class);
  }

  /** What a sender that the box has not admitted hears of many offers, none of them answered. */
  private static List<CoreCommand> heardByAStranger(boolean boxIsHere) {
    CoreFixture fresh = new CoreFixture();
    fresh.enrolled("box", Role.BOX);
    LinkId box = boxIsHere ? fresh.box("box") : null;
    List<CoreCommand> heard = new ArrayList<>();
    for (int sender = 0; sender < 70; sender++) {
      fresh.enrolled("eve" + sender, Role.LAPTOP);
      LinkId eve = fresh.laptop("eve" + sender);
      for (int i = 0; i < 10; i++) {
        heard.addAll(fresh.say(eve, offer(i, "box")));
      }
    }
    heard.removeIf(command -> command instanceof CoreCommand.Send at && at.link().equals(box));
    return heard;
  }

  @Test
  void aFullBoxIsAsSilentAsAnAbsentOne() {
    assertThat(heardByAStranger(true)).isEmpty();
    assertThat(heardByAStranger(false)).isEmpty();
  }

  @Test
  void strangersLeaveRoomForThoseTheBoxAdmitted() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    Offered first = find(core.say(lap, offer(7, "box")), Offered.class);
    core.say(box, admitted(first.exchange(), 3));
    int delivered = 0;
    for (int sender = 0; sender < 70; sender++) {
      core.enrolled("eve" + sender, Role.LAPTOP);
      LinkId eve = core.laptop("eve" + sender);
      int ofOne = 0;
      for (int i = 0; i < 20; i++) {
        ofOne += core.say(eve, offer(i, "box")).size();
      }
      assertThat(ofOne).as("of one stranger").isLessThanOrEqualTo(8);
      delivered += ofOne;
    }
    assertThat(delivered).isEqualTo(256);
    core.assertCommands(core.laptop("eve"), offer(1, "box"));

    for (int i = 0; i < 128; i++) {
      find(core.say(lap, offer(i, "box")), Offered.class);
    }
    core.assertCommands(
        lap, offer(8, "box"), send(lap, new NotDelivered(8, NotDeliveredReason.OFFER_QUOTA, 0)));
    core.pass(Duration.ofSeconds(30));
    find(core.say(core.laptop("eve"), offer(1, "box")), Offered.class);
  }

  @Test
  void anAnsweredOfferMakesRoom() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    for (int i = 0; i < 100; i++) {
      Offered offered = find(core.say(lap, offer(i, "box")), Offered.class);
      AgentFrame.Answer plain =
          new AgentFrame.Answer(offered.exchange(), ANSWER, List.of(), false, Bytes.EMPTY);
      core.say(box, plain);
      core.say(box, plain);
    }
    core.pass(Duration.ofSeconds(30));
    for (int i = 0; i < 8; i++) {
      find(core.say(lap, offer(i, "box")), Offered.class);
    }
    core.assertCommands(lap, offer(8, "box"));
  }

  @Test
  void aControlExchangeKeepsTheRelay() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    Offered first = find(core.say(lap, offer(7, "box", 1)), Offered.class);
    core.say(box, admitted(first.exchange(), 3, 9));
    LinkId newer = core.laptop("lap");
    Offered control =
        find(
            core.say(
                newer,
                new AgentFrame.Offer(
                    1, "box", Bytes.ofHex("c0"), List.of(socket(2)), 0, session(3))),
            Offered.class);

    assertThat(control.relay()).isEqualTo(first.relay());
    core.assertCommands(
        box,
        admitted(control.exchange(), 3, 9),
        new RouteRelay(first.relay(), newer, box),
        send(newer, new Answered(1, ANSWER, List.of(), first.relay(), Bytes.EMPTY)));
    assertThat(core.say(newer, claim(2, "192.0.2.1:2")))
        .contains(
            send(
                box,
                new PeerObserved(first.relay(), new Observed(socket(2), address("192.0.2.1:2")))));
  }

  @Test
  void aSessionOfAnotherLaptopIsNotTakenOver() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    LinkId eve = core.laptop("eve");
    Offered first = find(core.say(lap, offer(7, "box", 1)), Offered.class);
    core.say(box, admitted(first.exchange(), 3, 9));
    Offered other =
        find(
            core.say(
                eve, new AgentFrame.Offer(1, "box", Bytes.ofHex("c0"), List.of(), 0, session(3))),
            Offered.class);

    assertThat(other.relay()).isNotEqualTo(first.relay());
  }

  @Test
  void anAnswerToALaptopThatIsGoneIsDropped() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    Offered offered = find(core.say(lap, offer(7, "box")), Offered.class);
    core.run(new CoreInput.Disconnected(lap, "reset"));

    core.assertCommands(
        box,
        admitted(offered.exchange(), 3),
        new Persist(new RegistryChange.PutAdmission(new Admission("box", "lap"), core.wall())));
  }

  @Test
  void anAdmissionOfARevokedAgentIsNotRemembered() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    Offered offered = find(core.say(lap, offer(7, "box")), Offered.class);
    core.run(new CoreInput.RevokeAsked(1, "lap"));

    core.assertCommands(box, admitted(offered.exchange(), 3));
  }
}
