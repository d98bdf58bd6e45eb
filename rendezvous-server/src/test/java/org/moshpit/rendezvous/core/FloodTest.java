package org.moshpit.rendezvous.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.rendezvous.core.CoreFixture.find;
import static org.moshpit.rendezvous.core.CoreFixture.refusal;
import static org.moshpit.rendezvous.core.CoreFixture.send;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.rendezvous.core.AgentFrame.Mode;
import org.moshpit.rendezvous.core.CoreCommand.Event;

/** What one agent that never stops talking can cost the others. */
class FloodTest {
  private static final AgentFrame PING = new AgentFrame.Ping(1);

  private final CoreFixture core = new CoreFixture();

  @BeforeEach
  void agents() {
    core.enrolled("box", Role.BOTH);
    core.enrolled("lap", Role.LAPTOP);
  }

  private static AgentFrame record(int serial, int variant) {
    return new AgentFrame.Publish(Bytes.of(new byte[] {(byte) serial, (byte) variant}));
  }

  private List<RegistryChange> records() {
    List<RegistryChange> records = new ArrayList<>(core.persisted);
    records.removeIf(change -> !(change instanceof RegistryChange.PutRecord));
    return records;
  }

  private Bytes known() {
    LinkId lap = core.laptop("lap");
    return find(core.say(lap, new AgentFrame.Lookup(1, "box")), RendezvousFrame.Record.class)
        .record();
  }

  @Test
  void recordsBeyondTheQuotaCostNoWriteAndTheLatestIsTakenInLater() {
    LinkId box = core.box("box");
    for (int i = 0; i < 200; i++) {
      assertThat(core.say(box, record(1, i)).size()).isEqualTo(i < 5 ? 1 : 0);
    }
    assertThat(records()).hasSize(5);
    core.run(new CoreInput.Disconnected(box, "done"));
    LinkId again = core.box("box");
    assertThat(core.say(again, record(1, 77))).as("a new link gives no more").isEmpty();

    core.pass(Duration.ofSeconds(61));

    assertThat(records()).hasSize(6);
    assertThat(known()).isEqualTo(Bytes.ofHex("014d"));
    assertThat(core.noted).filteredOn(note -> note.event() == Event.QUOTA).hasSize(1);
    core.pass(Duration.ofHours(1));
    assertThat(records()).as("nothing waits any more").hasSize(6);
  }

  @Test
  void theQuotaIsTakenBeforeTheSignatureIsLookedAt() {
    LinkId box = core.box("box");
    for (int i = 0; i < 5; i++) {
      assertThat(core.say(box, record(0xff, i))).as("no record").isEmpty();
    }
    assertThat(core.say(box, record(1, 1))).isEmpty();
    core.pass(Duration.ofSeconds(61));
    assertThat(known()).isEqualTo(Bytes.ofHex("0101"));
  }

  @Test
  void theSameRecordAgainIsFree() {
    LinkId box = core.box("box");
    for (int i = 0; i < 100; i++) {
      core.say(box, record(1, 0));
    }
    core.say(box, record(2, 0));
    assertThat(known()).isEqualTo(Bytes.ofHex("0200"));
  }

  @Test
  void whatWaitsIsForgottenWithItsAgent() {
    LinkId box = core.box("box");
    for (int i = 0; i < 6; i++) {
      core.say(box, record(1, i));
    }
    core.run(new CoreInput.RevokeAsked(1, "box"));
    core.forgetKey("box");
    core.enrolled("box", Role.BOTH);
    core.pass(Duration.ofMinutes(5));

    assertThat(known()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void aRecordThatWaitsGivesWayToTheOneThatIsThere() {
    LinkId box = core.box("box");
    for (int i = 0; i < 6; i++) {
      core.say(box, record(1, i));
    }
    core.say(box, record(1, 4));
    core.pass(Duration.ofMinutes(5));

    assertThat(known()).isEqualTo(Bytes.ofHex("0104"));
  }

  /** Pings until the link is ended; how many were answered. */
  private int pingsUntilTheEnd(LinkId link) {
    int answered = 0;
    List<CoreCommand> commands = core.say(link, PING);
    while (commands.size() == 1 && answered < 100_000) {
      answered++;
      commands = core.say(link, PING);
    }
    assertThat(refusal(commands, link)).isEqualTo(RefusalCode.BUSY);
    return answered;
  }

  @Test
  void anAgentHasOneQuotaOfFramesOnAllItsLinks() {
    LinkId other = core.laptop("lap");
    assertThat(pingsUntilTheEnd(core.laptop("lap"))).isEqualTo(4000);
    assertThat(pingsUntilTheEnd(other)).isZero();
    assertThat(pingsUntilTheEnd(core.laptop("lap"))).isZero();
    core.assertCommands(core.box("box"), PING, send(new LinkId(6), new RendezvousFrame.Pong(1)));
    core.pass(Duration.ofSeconds(1));

    assertThat(pingsUntilTheEnd(core.laptop("lap"))).isEqualTo(200);
  }

  @Test
  void aLinkThatHasNotLoggedInHasASmallOne() {
    assertThat(pingsUntilTheEnd(core.connect())).isEqualTo(256);
  }

  @Test
  void aHundredSessionsThatBeginAtOnceAreWithinIt() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    for (int i = 0; i < 100; i++) {
      for (int socket = 0; socket < 8; socket++) {
        assertThat(core.say(box, CoreFixture.claim(socket, "192.0.2.1:1"))).hasSize(1);
        assertThat(core.say(lap, CoreFixture.claim(socket, "192.0.2.2:1"))).hasSize(1);
      }
      var offered =
          find(core.say(lap, CoreFixture.offer(i, "box", 1)), RendezvousFrame.Offered.class);
      for (int part = 0; part < 3; part++) {
        find(
            core.say(box, CoreFixture.admitted(offered.exchange(), i, 1)),
            RendezvousFrame.Answered.class);
      }
    }
  }

  @Test
  void datagramsOnRelaysThatAreNotTheAgentsAreAnsweredOnlySoOften() {
    LinkId lap = core.laptop("lap");
    int answered = 0;
    for (int i = 0; i < 5000; i++) {
      answered += core.run(new CoreInput.RelayUsed(lap, 1 + i)).size();
    }
    assertThat(answered).isEqualTo(1000);
    assertThat(core.say(lap, PING)).as("and cost it no frames").hasSize(1);
  }

  @Test
  void quotasAreNotedNowAndThenOnly() {
    LinkId lap = core.laptop("lap");
    for (int i = 0; i < 3000; i++) {
      core.say(lap, new AgentFrame.Lookup(i, "nobody"));
    }
    assertThat(core.noted).filteredOn(note -> note.event() == Event.QUOTA).hasSizeBetween(1, 5);
  }

  @Test
  void theReturnNonceGivesNoMoreFrames() {
    LinkId link = core.connect();
    core.say(link, core.returning(CoreFixture.bytes(32, 1), "lap"));
    for (int i = 0; i < 255; i++) {
      core.say(link, new AgentFrame.ListBoxes(i));
    }
    assertThat(refusal(core.say(link, core.login(link, "lap", Mode.VISITOR)), link))
        .isEqualTo(RefusalCode.BUSY);
  }

  /** What one claim has sent to others counts too: a socket may be that of many sessions. */
  @Test
  void whatAClaimHasUsSendCountsAsIfItWereTheAgents() {
    LinkId box = core.box("box");
    LinkId lap = core.laptop("lap");
    for (int session = 1; session <= 9; session++) {
      RendezvousFrame.Offered offered =
          find(core.say(lap, CoreFixture.offer(session, "box", 1)), RendezvousFrame.Offered.class);
      core.say(box, CoreFixture.admitted(offered.exchange(), session, 2));
    }
    int claims = 0;
    List<CoreCommand> commands;
    do {
      commands = core.say(lap, CoreFixture.claim(1, "192.0.2.1:" + (1000 + claims % 2)));
      claims++;
    } while (commands.stream().noneMatch(CoreCommand.Close.class::isInstance) && claims < 5_000);
    // ten frames each of the 4,000, not one
    assertThat(claims).isBetween(380, 410);
  }
}
