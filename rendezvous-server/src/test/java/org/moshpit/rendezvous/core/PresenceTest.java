package org.moshpit.rendezvous.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.rendezvous.core.CoreFixture.admitted;
import static org.moshpit.rendezvous.core.CoreFixture.claim;
import static org.moshpit.rendezvous.core.CoreFixture.find;
import static org.moshpit.rendezvous.core.CoreFixture.offer;
import static org.moshpit.rendezvous.core.CoreFixture.refusal;
import static org.moshpit.rendezvous.core.CoreFixture.send;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.rendezvous.core.AgentFrame.Mode;

class PresenceTest {
  private final CoreFixture core = new CoreFixture();

  @BeforeEach
  void agents() {
    core.enrolled("box", Role.BOTH);
    core.enrolled("attic", Role.BOX);
    core.enrolled("lap", Role.LAPTOP, "attic");
  }

  @Test
  void helloComesFirst() {
    LinkId link = new LinkId(99);
    var hello =
        find(
            core.run(new CoreInput.Connected(link, CoreFixture.PRESENTED)),
            RendezvousFrame.Hello.class);

    assertThat(hello.nonce().size()).isEqualTo(32);
    assertThat(hello.timeMillis()).isEqualTo(core.wall());
  }

  @Test
  void everyLinkHasItsOwnNonce() {
    var first =
        find(
            core.run(new CoreInput.Connected(new LinkId(98), CoreFixture.PRESENTED)),
            RendezvousFrame.Hello.class);
    var second =
        find(
            core.run(new CoreInput.Connected(new LinkId(99), CoreFixture.PRESENTED)),
            RendezvousFrame.Hello.class);

    assertThat(first.nonce()).isNotEqualTo(second.nonce());
  }

  @Test
  void theNewerBoxLoginWins() {
    LinkId old = core.box("box");
    LinkId link = core.connect();
    List<CoreCommand> commands = core.say(link, core.login(link, "box", Mode.BOX));

    assertThat(refusal(commands, old)).isEqualTo(RefusalCode.SUPERSEDED);
    assertThat(find(commands, RendezvousFrame.Welcome.class).name()).isEqualTo("box");
  }

  @Test
  void framesOfAnOlderEpochAreDropped() {
    LinkId old = core.box("box");
    core.box("box");

    core.assertCommands(old, new AgentFrame.Ping(1));
    core.assertCommands(new CoreInput.Broken(old, "x"));
    core.assertCommands(new CoreInput.Disconnected(old, "x"));
    core.assertCommands(new CoreInput.RelayUsed(old, 5));
  }

  @Test
  void epochsGrowAlsoAcrossARestart() {
    LinkId a = core.connect();
    long first =
        find(core.say(a, core.login(a, "box", Mode.BOX)), RendezvousFrame.Welcome.class).epoch();
    LinkId b = core.connect();
    long second =
        find(core.say(b, core.login(b, "box", Mode.BOX)), RendezvousFrame.Welcome.class).epoch();
    List<AgentEntry> agents =
        core.persisted.stream()
            .filter(RegistryChange.PutAgent.class::isInstance)
            .map(change -> ((RegistryChange.PutAgent) change).agent())
            .toList();
    RegistrySnapshot empty = RegistrySnapshot.empty(CoreFixture.REALM);
    core.start(
        new RegistrySnapshot(
            CoreFixture.REALM,
            2,
            agents,
            empty.revoked(),
            List.of(),
            empty.admissions(),
            empty.records(),
            empty.lastSeen()),
        CoreLimits.DEFAULT);
    LinkId c = core.connect();
    long third =
        find(core.say(c, core.login(c, "box", Mode.BOX)), RendezvousFrame.Welcome.class).epoch();

    assertThat(second).isGreaterThan(first);
    assertThat(third).isGreaterThan(second);
  }

  @Test
  void manyVisitorsUpToAQuota() {
    for (int i = 0; i < CoreLimits.DEFAULT.visitorsPerAgent(); i++) {
      core.laptop("lap");
    }
    LinkId link = core.connect();

    assertThat(refusal(core.say(link, core.login(link, "lap", Mode.VISITOR)), link))
        .isEqualTo(RefusalCode.BUSY);
  }

  @Test
  void rolesBind() {
    LinkId a = core.connect();
    assertThat(refusal(core.say(a, core.login(a, "lap", Mode.BOX)), a)).isEqualTo(RefusalCode.ROLE);
    for (AgentFrame asked :
        List.of(offer(1, "box"), new AgentFrame.Lookup(1, "box"), new AgentFrame.ListBoxes(1))) {
      LinkId b = core.connect();
      core.say(b, core.login(b, "attic", Mode.VISITOR));
      assertThat(refusal(core.say(b, asked), b)).isEqualTo(RefusalCode.ROLE);
    }
    LinkId c = core.box("attic");
    assertThat(refusal(core.say(c, offer(1, "box")), c)).isEqualTo(RefusalCode.ROLE);
  }

  @Test
  void onlyTheEnrolledKeyLogsIn() {
    LinkId a = core.connect();
    assertThat(refusal(core.say(a, core.login(a, "nobody", Mode.BOX)), a))
        .isEqualTo(RefusalCode.NOT_ENROLLED);
    core.forgetKey("box");
    LinkId b = core.connect();
    assertThat(refusal(core.say(b, core.login(b, "box", Mode.BOX)), b))
        .isEqualTo(RefusalCode.NOT_ENROLLED);
  }

  @Test
  void aReplayedLoginIsRefused() {
    LinkId a = core.connect();
    AgentFrame login = core.login(a, "box", Mode.BOX);
    LinkId b = core.connect();

    assertThat(refusal(core.say(b, login), b)).isEqualTo(RefusalCode.BAD_SIGNATURE);
  }

  @Test
  void noLoginInTime() {
    LinkId link = core.connect();
    assertThat(core.pass(Duration.ofSeconds(9))).isEmpty();

    assertThat(refusal(core.pass(Duration.ofSeconds(1)), link)).isEqualTo(RefusalCode.TIMEOUT);
  }

  @Test
  void nothingButALoginBeforeALogin() {
    LinkId a = core.connect();
    core.assertCommands(a, new AgentFrame.Ping(3), send(a, new RendezvousFrame.Pong(3)));
    assertThat(refusal(core.say(a, new AgentFrame.ListBoxes(1)), a))
        .isEqualTo(RefusalCode.MALFORMED);
    LinkId b = core.connect();
    assertThat(refusal(core.run(new CoreInput.RelayUsed(b, 1)), b))
        .isEqualTo(RefusalCode.MALFORMED);
    LinkId c = core.connect();
    assertThat(refusal(core.run(new CoreInput.Broken(c, "frame length out of range")), c))
        .isEqualTo(RefusalCode.MALFORMED);
  }

  @Test
  void aSecondLoginOnOneLinkIsMalformed() {
    LinkId link = core.box("box");

    assertThat(refusal(core.say(link, core.login(link, "box", Mode.BOX)), link))
        .isEqualTo(RefusalCode.MALFORMED);
  }

  @Test
  void aVisitorDoesNotPublishOrAnswer() {
    LinkId link = core.laptop("lap");

    assertThat(refusal(core.say(link, new AgentFrame.Publish(Bytes.ofHex("01"))), link))
        .isEqualTo(RefusalCode.MALFORMED);
  }

  @Test
  void theListHoldsWhatTheInviteNamed() {
    LinkId link = core.laptop("lap");
    core.assertCommands(
        link,
        new AgentFrame.ListBoxes(4),
        send(
            link,
            new RendezvousFrame.Boxes(
                4, List.of(new RendezvousFrame.Box("attic", false, null, NatWords.UNKNOWN, 0)))));
    LinkId attic = core.box("attic");
    long since = core.wall();
    core.say(
        attic,
        new AgentFrame.Claim(
            CoreFixture.socket(1),
            CoreFixture.GOOD_NONCE,
            true,
            CoreFixture.address("192.0.2.1:7")));
    NatWords nat = new NatWords("endpoint-independent", "x", "preserving");
    core.say(attic, new AgentFrame.NatReport(nat));
    core.pass(Duration.ofSeconds(5));

    core.assertCommands(
        link,
        new AgentFrame.ListBoxes(5),
        send(
            link,
            new RendezvousFrame.Boxes(
                5,
                List.of(
                    new RendezvousFrame.Box(
                        "attic",
                        true,
                        new Observed(CoreFixture.socket(1), CoreFixture.address("192.0.2.1:7")),
                        new NatWords("endpoint-independent", "unknown", "preserving"),
                        since)))));
  }

  @Test
  void theListHoldsBoxesThatAdmittedThisAgent() {
    LinkId box = core.box("box");
    LinkId link = core.laptop("lap");
    Bytes exchange =
        find(core.say(link, offer(1, "box")), RendezvousFrame.Offered.class).exchange();
    core.say(box, admitted(exchange, 1));

    assertThat(
            find(core.say(link, new AgentFrame.ListBoxes(1)), RendezvousFrame.Boxes.class).boxes())
        .extracting(RendezvousFrame.Box::name)
        .containsExactly("attic", "box");
  }

  @Test
  void lookupHandsOutTheNewestRecord() {
    LinkId box = core.box("box");
    core.say(box, new AgentFrame.Publish(Bytes.ofHex("05aa")));
    core.say(box, new AgentFrame.Publish(Bytes.ofHex("04bb")));
    core.say(box, new AgentFrame.Publish(Bytes.ofHex("ff")));
    LinkId link = core.laptop("lap");

    core.assertCommands(
        link,
        new AgentFrame.Lookup(1, "box"),
        send(link, new RendezvousFrame.Record(1, Bytes.ofHex("05aa"))));
    core.assertCommands(
        link,
        new AgentFrame.Lookup(2, "nobody"),
        send(link, new RendezvousFrame.Record(2, Bytes.EMPTY)));
  }

  @Test
  void theSameRecordIsNotWrittenTwice() {
    LinkId box = core.box("box");
    core.say(box, new AgentFrame.Publish(Bytes.ofHex("05aa")));
    core.persisted.clear();
    core.say(box, new AgentFrame.Publish(Bytes.ofHex("05aa")));

    assertThat(core.persisted).isEmpty();
  }

  @Test
  void lookupsHaveAQuota() {
    LinkId link = core.laptop("lap");
    for (int i = 0; i < CoreLimits.DEFAULT.lookupBurst(); i++) {
      assertThat(core.say(link, new AgentFrame.Lookup(i, "x"))).hasSize(1);
    }

    assertThat(core.say(link, new AgentFrame.Lookup(1, "x"))).isEmpty();
  }

  @Test
  void aClaimIsAdoptedOnlyIfItHolds() {
    LinkId link = core.laptop("lap");
    core.assertCommands(
        link,
        new AgentFrame.Claim(
            CoreFixture.socket(1), Bytes.ofHex("bad0"), true, CoreFixture.address("192.0.2.1:7")),
        send(link, new RendezvousFrame.Claimed(CoreFixture.socket(1), false)));
    core.assertCommands(
        link,
        claim(2, "192.0.2.1:8"),
        send(link, new RendezvousFrame.Claimed(CoreFixture.socket(2), true)));

    assertThat(find(core.run(new CoreInput.AgentsAsked(1)), CoreCommand.Listed.class).agents())
        .filteredOn(a -> a.name().equals("lap"))
        .allMatch(a -> a.observed() == null && a.online());
  }

  @Test
  void lastSeenIsRemembered() {
    LinkId link = core.box("box");
    core.pass(Duration.ofSeconds(30));
    core.run(new CoreInput.Disconnected(link, "reset"));

    assertThat(core.persisted).contains(new RegistryChange.PutLastSeen("box", core.wall()));
  }

  @Test
  void stoppingSaysSo() {
    LinkId a = core.box("box");
    LinkId b = core.connect();
    List<CoreCommand> commands = core.run(new CoreInput.Stopping());

    assertThat(commands)
        .contains(new CoreCommand.Close(a), new CoreCommand.Close(b))
        .filteredOn(CoreCommand.Send.class::isInstance)
        .hasSize(2)
        .allMatch(c -> c.toString().contains("SHUTTING_DOWN"));
  }
}
