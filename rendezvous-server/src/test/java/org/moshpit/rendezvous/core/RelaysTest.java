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

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.rendezvous.core.AgentFrame.Hint;
import org.moshpit.rendezvous.core.AgentFrame.Mode;
import org.moshpit.rendezvous.core.CoreCommand.AdmitCookie;
import org.moshpit.rendezvous.core.CoreCommand.DropRelay;
import org.moshpit.rendezvous.core.CoreCommand.RouteRelay;
import org.moshpit.rendezvous.core.CoreInput.Disconnected;
import org.moshpit.rendezvous.core.CoreInput.RelayUsed;
import org.moshpit.rendezvous.core.RendezvousFrame.Hinted;
import org.moshpit.rendezvous.core.RendezvousFrame.Offered;
import org.moshpit.rendezvous.core.RendezvousFrame.PeerObserved;
import org.moshpit.rendezvous.core.RendezvousFrame.RelayClosed;
import org.moshpit.rendezvous.core.RendezvousFrame.RelayCookie;

class RelaysTest {
  private final CoreFixture core = new CoreFixture();
  private LinkId box;
  private LinkId lap;
  private int relay;

  @BeforeEach
  void oneSession() {
    core.enrolled("box", Role.BOX);
    core.enrolled("lap", Role.LAPTOP);
    core.enrolled("eve", Role.BOTH);
    box = core.box("box");
    lap = core.laptop("lap");
    core.say(lap, claim(1, "192.0.2.1:1"));
    core.say(box, claim(9, "198.51.100.9:9"));
    Offered offered = find(core.say(lap, offer(1, "box", 1)), Offered.class);
    relay = offered.relay();
    core.say(box, admitted(offered.exchange(), 3, 9));
  }

  @Test
  void surviveALaptopsReconnect() {
    core.assertCommands(new Disconnected(lap, "reset"), new RouteRelay(relay, null, box));
    core.pass(Duration.ofSeconds(119));
    LinkId again = core.laptop("lap");

    core.assertCommands(
        new RelayUsed(again, relay),
        new RouteRelay(relay, again, box),
        send(again, new PeerObserved(relay, new Observed(socket(9), address("198.51.100.9:9")))));
    assertThat(core.pass(Duration.ofHours(1))).isEmpty();
  }

  @Test
  void surviveABoxesReconnect() {
    core.assertCommands(new Disconnected(box, "reset"), new RouteRelay(relay, lap, null));
    LinkId again = core.connect();

    assertThat(core.say(again, core.login(again, "box", Mode.BOX)))
        .contains(
            new RouteRelay(relay, lap, again),
            send(again, new PeerObserved(relay, new Observed(socket(1), address("192.0.2.1:1")))));
    assertThat(core.pass(Duration.ofHours(1))).isEmpty();
  }

  @Test
  void surviveABoxThatIsSuperseded() {
    LinkId again = core.connect();

    assertThat(core.say(again, core.login(again, "box", Mode.BOX)))
        .contains(new RouteRelay(relay, lap, again));
    assertThat(core.pass(Duration.ofHours(1))).isEmpty();
  }

  @Test
  void endTwoMinutesAfterTheLaptopIsGone() {
    core.run(new Disconnected(lap, "reset"));

    assertThat(core.pass(Duration.ofMinutes(2)))
        .containsExactly(
            new DropRelay(relay), send(box, new RelayClosed(relay, "the other end is gone")));
    core.assertCommands(
        new RelayUsed(box, relay),
        send(box, new RelayClosed(relay, "the rendezvous has this relay no more")));
  }

  /** When it is back it carries at once, without an exchange. */
  @Test
  void waitForABoxForAsLongAsTheLaptopDoes() {
    core.run(new Disconnected(box, "reset"));
    assertThat(core.pass(Duration.ofHours(9))).isEmpty();
    LinkId again = core.connect();
    assertThat(core.say(again, core.login(again, "box", Mode.BOX)))
        .contains(new RouteRelay(relay, lap, again));

    core.run(new Disconnected(again, "reset"));
    core.run(new Disconnected(lap, "reset"));
    assertThat(core.pass(Duration.ofMinutes(2))).containsExactly(new DropRelay(relay));
  }

  @Test
  void aNewerLinkOfTheLaptopTakesOverByUse() {
    LinkId newer = core.laptop("lap");

    assertThat(core.run(new RelayUsed(newer, relay))).contains(new RouteRelay(relay, newer, box));
    // The older link, perhaps only slow to die, does not get it back.
    core.assertCommands(
        new RelayUsed(lap, relay),
        send(lap, new RelayClosed(relay, "the rendezvous has this relay no more")));
  }

  @Test
  void anotherKeyNeverUsesIt() {
    LinkId eve = core.laptop("eve");
    LinkId eveBox = core.box("eve");
    for (LinkId link : List.of(eve, eveBox)) {
      CoreCommand closed =
          send(link, new RelayClosed(relay, "the rendezvous has this relay no more"));
      core.assertCommands(new RelayUsed(link, relay), closed);
      core.assertCommands(link, new Hint(relay, session(3)), closed);
      core.assertCommands(link, new AgentFrame.CloseRelay(relay), closed);
    }
    core.run(new Disconnected(lap, "reset"));
    core.assertCommands(
        new RelayUsed(eve, relay),
        send(eve, new RelayClosed(relay, "the rendezvous has this relay no more")));
  }

  @Test
  void eitherEndCloses() {
    core.assertCommands(
        lap,
        new AgentFrame.CloseRelay(relay),
        new DropRelay(relay),
        send(box, new RelayClosed(relay, "closed by the other end")));
    core.assertCommands(
        lap,
        new AgentFrame.CloseRelay(relay),
        send(lap, new RelayClosed(relay, "the rendezvous has this relay no more")));
  }

  @Test
  void hintsPassInBothDirectionsButNotOften() {
    // a box that was restarted twice, and whose session is over then
    for (int i = 0; i < 4; i++) {
      core.assertCommands(
          box, new Hint(relay, session(3)), send(lap, new Hinted(relay, session(3))));
    }
    core.assertCommands(box, new Hint(relay, session(3)));
    core.pass(Duration.ofSeconds(2));
    core.assertCommands(lap, new Hint(relay, session(3)), send(box, new Hinted(relay, session(3))));
    core.pass(Duration.ofSeconds(2));
    core.assertCommands(box, new Hint(relay, session(4)));
  }

  @Test
  void agentsShowSessionSockets() {
    AgentView view =
        find(core.run(new CoreInput.AgentsAsked(1)), CoreCommand.Listed.class).agents().stream()
            .filter(agent -> agent.name().equals("box"))
            .findFirst()
            .orElseThrow();

    assertThat(view.sockets())
        .containsExactly(new AgentView.SessionSocket(session(3), address("198.51.100.9:9")));
    assertThat(view.online()).isTrue();
    assertThat(view.sinceMillis()).isEqualTo(core.wall());
  }

  @Test
  void observedAddressesAreForgottenWithTheAgent() {
    core.run(new Disconnected(box, "reset"));
    core.pass(Duration.ofMinutes(3));
    LinkId again = core.box("box");
    LinkId other = core.laptop("eve");
    Offered offered = find(core.say(other, offer(1, "box")), Offered.class);

    assertThat(
            find(
                    core.say(again, admitted(offered.exchange(), 4, 9)),
                    RendezvousFrame.Answered.class)
                .observed())
        .isEmpty();
  }

  @Test
  void revokingEndsLinksAndRelays() {
    List<CoreCommand> commands = core.run(new CoreInput.RevokeAsked(5, "box"));

    assertThat(CoreFixture.refusal(commands, box)).isEqualTo(RefusalCode.REVOKED);
    assertThat(commands)
        .contains(
            new DropRelay(relay),
            send(lap, new RelayClosed(relay, "the other end was revoked")),
            new CoreCommand.Revoked(5, "box"));
    LinkId again = core.connect();
    assertThat(CoreFixture.refusal(core.say(again, core.login(again, "box", Mode.BOX)), again))
        .isEqualTo(RefusalCode.REVOKED);
    // The name is free again, the key is not.
    Bytes token = core.invite("box", Role.BOX, 1, Duration.ofHours(1));
    LinkId banned = core.connect();
    assertThat(CoreFixture.refusal(core.say(banned, core.enroll(banned, "box", "", token)), banned))
        .isEqualTo(RefusalCode.REVOKED);
    LinkId fresh = core.connect();
    find(
        core.say(fresh, core.enroll(fresh, "new key", "box", token)),
        RendezvousFrame.Enrolled.class);
    // And the new box of that name has admitted nobody.
    core.run(new CoreInput.Disconnected(fresh, "done"));
    core.assertCommands(lap, offer(9, "box"));
  }

  @Test
  void revokingAnUnknownNameFails() {
    core.assertCommands(
        new CoreInput.RevokeAsked(6, "nobody"),
        new CoreCommand.Failed(6, "No agent is enrolled as 'nobody'."));
  }

  private static RelayCookie cookie(List<CoreCommand> commands, LinkId link) {
    AdmitCookie admitted = find(commands, AdmitCookie.class);
    RelayCookie told = find(commands, RelayCookie.class);
    assertThat(admitted.link()).isEqualTo(link);
    assertThat(commands).containsSubsequence(admitted, send(link, told));
    assertThat(new AdmitCookie(told.relay(), link, told.cookie(), told.key())).isEqualTo(admitted);
    assertThat(RelayWire.isCookie(ByteBuffer.wrap(told.cookie().toArray()).getLong())).isTrue();
    assertThat(told.key().size()).isEqualTo(RelayWire.KEY);
    return told;
  }

  @Test
  void agentsThatDoNotKnowCookiesGetNone() {
    LinkId again = core.laptop("lap");
    assertThat(core.run(new RelayUsed(again, relay)))
        .noneMatch(command -> command instanceof AdmitCookie);
  }

  @Test
  void anEndOnANewLinkGetsANewCookieBehindTheRoute() {
    core.cookies = true;
    LinkId newer = core.laptop("lap");
    List<CoreCommand> first = core.run(new RelayUsed(newer, relay));
    RelayCookie cookie = cookie(first, newer);
    assertThat(first)
        .containsSubsequence(new RouteRelay(relay, newer, box), find(first, AdmitCookie.class));

    core.run(new Disconnected(newer, "reset"));
    LinkId newest = core.laptop("lap");
    RelayCookie second = cookie(core.run(new RelayUsed(newest, relay)), newest);
    assertThat(second.relay()).isEqualTo(relay).isEqualTo(cookie.relay());
    assertThat(second.cookie()).isNotEqualTo(cookie.cookie());
    assertThat(second.key()).isNotEqualTo(cookie.key());
  }

  @Test
  void aBoxThatIsBackGetsItsCookiesWithTheLogin() {
    core.cookies = true;
    LinkId again = core.connect();
    cookie(core.say(again, core.login(again, "box", Mode.BOX)), again);
  }

  @Test
  void anOpenRelayGivesBothEndsACookieEachAndOnce() {
    core.cookies = true;
    LinkId newBox = core.box("box");
    LinkId newLap = core.laptop("lap");
    Offered offered = find(core.say(newLap, offer(2, "box", 1)), Offered.class);
    List<CoreCommand> opened = core.say(newBox, admitted(offered.exchange(), 4, 9));
    assertThat(opened)
        .filteredOn(AdmitCookie.class::isInstance)
        .extracting(command -> ((AdmitCookie) command).link())
        .containsExactly(newLap, newBox);
    // The answer goes on with it: a control exchange on the same links.
    AgentFrame.Offer control =
        new AgentFrame.Offer(3, "box", Bytes.ofHex("5ea1"), List.of(), 0, session(4));
    Offered later = find(core.say(newLap, control), Offered.class);
    assertThat(later.relay()).isEqualTo(offered.relay());
    assertThat(core.say(newBox, admitted(later.exchange(), 4, 9)))
        .noneMatch(command -> command instanceof AdmitCookie);
  }

  @Test
  void anotherKeyNeverGetsACookie() {
    core.cookies = true;
    LinkId eve = core.laptop("eve");
    assertThat(core.run(new RelayUsed(eve, relay)))
        .containsExactly(
            send(eve, new RelayClosed(relay, "the rendezvous has this relay no more")));
  }
}
