package org.moshpit.rendezvous.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.rendezvous.core.CoreFixture.find;
import static org.moshpit.rendezvous.core.CoreFixture.refusal;
import static org.moshpit.rendezvous.core.CoreFixture.send;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.rendezvous.core.AgentFrame.Mode;
import org.moshpit.rendezvous.core.CoreCommand.Persist;

class EnrollmentTest {
  private static final Duration DAY = Duration.ofHours(24);

  private final CoreFixture core = new CoreFixture();

  @Test
  void aTokenEnrollsAndOnlyItsHashIsKept() {
    Bytes token = core.invite("", Role.BOTH, 1, DAY, "attic");
    LinkId link = core.connect();
    List<CoreCommand> commands = core.say(link, core.enroll(link, "box", "box", token));

    assertThat(commands).hasSize(4);
    Persist invite = (Persist) commands.get(0);
    Persist agent = (Persist) commands.get(1);
    assertThat(((RegistryChange.PutInvite) invite.change()).invite().usesLeft()).isZero();
    assertThat(((RegistryChange.PutInvite) invite.change()).invite().tokenHash())
        .isEqualTo(token.sha256());
    AgentEntry entry = ((RegistryChange.PutAgent) agent.change()).agent();
    assertThat(entry.linkKey()).isEqualTo(core.rawKey("box"));
    assertThat(entry.sees()).containsExactly("attic");
    assertThat(entry.enrolledMillis()).isEqualTo(core.wall());
    assertThat(commands.get(2))
        .isEqualTo(new CoreCommand.KnowStunKey(entry.agentId(), entry.stunKey()));
    assertThat(commands.get(3))
        .isEqualTo(
            send(
                link,
                new RendezvousFrame.Enrolled(
                    "box",
                    new Registration(
                        entry.agentId(),
                        entry.stunKey(),
                        CoreFixture.REALM,
                        Role.BOTH,
                        List.of(new StunServer(Bytes.EMPTY, 3478)),
                        "pit.example"))));
    assertThat(core.persisted.toString()).doesNotContain(token.hex());
  }

  @Test
  void theSameLinkMayThenLogIn() {
    Bytes token = core.invite("", Role.BOTH, 1, DAY);
    LinkId link = core.connect();
    core.say(link, core.enroll(link, "box", "box", token));

    find(core.say(link, core.login(link, "box", Mode.BOX)), RendezvousFrame.Welcome.class);
  }

  @Test
  void anInvitesNameIsBinding() {
    Bytes token = core.invite("box", Role.BOTH, 1, DAY);
    LinkId wrong = core.connect();
    assertThat(refusal(core.say(wrong, core.enroll(wrong, "k", "other", token)), wrong))
        .isEqualTo(RefusalCode.TOKEN_NAME);
    LinkId link = core.connect();

    assertThat(
            find(core.say(link, core.enroll(link, "k", "", token)), RendezvousFrame.Enrolled.class)
                .name())
        .isEqualTo("box");
  }

  @Test
  void twoLinksRaceForOneUse() {
    Bytes token = core.invite("", Role.BOTH, 1, DAY);
    LinkId first = core.connect();
    LinkId second = core.connect();
    AgentFrame a = core.enroll(first, "a", "a", token);
    AgentFrame b = core.enroll(second, "b", "b", token);
    find(core.say(first, a), RendezvousFrame.Enrolled.class);

    assertThat(refusal(core.say(second, b), second)).isEqualTo(RefusalCode.TOKEN_USED);
    assertThat(core.persisted).filteredOn(RegistryChange.PutAgent.class::isInstance).hasSize(1);
  }

  @Test
  void usesAreCounted() {
    Bytes token = core.invite("", Role.BOTH, 2, DAY);
    for (String name : List.of("a", "b")) {
      LinkId link = core.connect();
      find(core.say(link, core.enroll(link, name, name, token)), RendezvousFrame.Enrolled.class);
    }
    LinkId link = core.connect();

    assertThat(refusal(core.say(link, core.enroll(link, "c", "c", token)), link))
        .isEqualTo(RefusalCode.TOKEN_USED);
  }

  @Test
  void aLostAnswerIsSaidAgainAndSpendsNothing() {
    Bytes token = core.invite("", Role.BOTH, 1, DAY);
    LinkId first = core.connect();
    var enrolled =
        find(
            core.say(first, core.enroll(first, "box", "box", token)),
            RendezvousFrame.Enrolled.class);
    core.run(new CoreInput.Disconnected(first, "reset"));
    core.persisted.clear();
    LinkId again = core.connect();

    core.assertCommands(again, core.enroll(again, "box", "box", token), send(again, enrolled));
    assertThat(core.persisted).isEmpty();
  }

  @Test
  void anotherKeyDoesNotTakeANameOver() {
    core.enrolled("box", Role.BOTH);
    Bytes token = core.invite("", Role.BOTH, 1, DAY);
    LinkId link = core.connect();
    assertThat(refusal(core.say(link, core.enroll(link, "thief", "box", token)), link))
        .isEqualTo(RefusalCode.NAME_TAKEN);
    LinkId honest = core.connect();

    // The refusal spent nothing.
    find(
        core.say(honest, core.enroll(honest, "thief", "den", token)),
        RendezvousFrame.Enrolled.class);
  }

  @Test
  void oneKeyHasOneName() {
    core.enrolled("box", Role.BOTH);
    Bytes token = core.invite("", Role.BOTH, 1, DAY);
    LinkId link = core.connect();

    assertThat(refusal(core.say(link, core.enroll(link, "box", "other", token)), link))
        .isEqualTo(RefusalCode.NAME_TAKEN);
  }

  @Test
  void expiredAndUnknownTokens() {
    Bytes token = core.invite("", Role.BOTH, 1, DAY);
    core.pass(DAY);
    LinkId late = core.connect();
    LinkId guess = core.connect();

    assertThat(refusal(core.say(late, core.enroll(late, "a", "a", token)), late))
        .isEqualTo(RefusalCode.TOKEN_EXPIRED);
    assertThat(
            refusal(core.say(guess, core.enroll(guess, "a", "a", Bytes.of(new byte[16]))), guess))
        .isEqualTo(RefusalCode.TOKEN_UNKNOWN);
  }

  @Test
  void aBadTokenTellsNothingOfNames() {
    core.enrolled("box", Role.BOTH);
    LinkId link = core.connect();

    assertThat(
            refusal(
                core.say(link, core.enroll(link, "thief", "box", Bytes.of(new byte[16]))), link))
        .isEqualTo(RefusalCode.TOKEN_UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "A", "a.b", "a b"})
  void namesThatCannotBe(String name) {
    Bytes token = core.invite("", Role.BOTH, 1, DAY);
    LinkId link = core.connect();

    assertThat(refusal(core.say(link, core.enroll(link, "k", name, token)), link))
        .isEqualTo(RefusalCode.NAME_INVALID);
  }

  @Test
  void aProofForAnotherLinkIsRefused() {
    Bytes token = core.invite("", Role.BOTH, 1, DAY);
    LinkId first = core.connect();
    AgentFrame stolen = core.enroll(first, "box", "box", token);
    LinkId second = core.connect();

    assertThat(refusal(core.say(second, stolen), second)).isEqualTo(RefusalCode.BAD_SIGNATURE);
  }

  @Test
  void anotherVersionIsRefusedInOneSentence() {
    Bytes token = core.invite("", Role.BOTH, 1, DAY);
    LinkId link = core.connect();
    AgentFrame.Enroll frame = core.enroll(link, "box", "box", token);
    List<CoreCommand> commands =
        core.say(
            link,
            new AgentFrame.Enroll(2, frame.name(), frame.linkKey(), frame.signature(), token));

    assertThat(refusal(commands, link)).isEqualTo(RefusalCode.VERSION);
    assertThat(find(commands, RendezvousFrame.Refused.class).detail())
        .contains("version 1")
        .contains("this agent version 2");
  }

  @Test
  void expiredInvitesAreForgottenAfterAWeek() {
    core.invite("", Role.BOTH, 1, DAY);
    core.pass(Duration.ofDays(9));
    core.persisted.clear();
    core.run(new CoreInput.WallClock(core.wall()));

    assertThat(core.persisted).hasOnlyElementsOfType(RegistryChange.DropInvite.class).hasSize(1);
  }
}
