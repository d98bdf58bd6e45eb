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

/** A login that does not wait for Hello, with the nonce of the last Welcome. */
class ReturnNonceTest {
  private final CoreFixture core = new CoreFixture();

  @BeforeEach
  void agents() {
    core.enrolled("box", Role.BOTH);
    core.enrolled("lap", Role.LAPTOP);
  }

  private RendezvousFrame.Welcome welcome(LinkId link, AgentFrame.Login login) {
    return find(core.say(link, login), RendezvousFrame.Welcome.class);
  }

  private Bytes given() {
    LinkId link = core.connect();
    Bytes nonce = welcome(link, core.login(link, "lap", Mode.VISITOR)).returnNonce();
    core.run(new CoreInput.Disconnected(link, "done"));
    return nonce;
  }

  private void assertNotHeard(LinkId link, AgentFrame.Login login) {
    assertThat(core.say(link, login)).containsExactly(send(link, new RendezvousFrame.LoginAgain()));
  }

  @Test
  void isGoodForOneLoginWhichGivesTheNext() {
    Bytes nonce = given();
    assertThat(nonce.size()).isEqualTo(32);

    Bytes next = welcome(core.connect(), core.returning(nonce, "lap")).returnNonce();

    assertThat(next.size()).isEqualTo(32);
    assertThat(next).isNotEqualTo(nonce);
    assertNotHeard(core.connect(), core.returning(nonce, "lap"));
    welcome(core.connect(), core.returning(next, "lap"));
  }

  @Test
  void onlyVisitorsGetOne() {
    LinkId link = core.connect();
    assertThat(welcome(link, core.login(link, "box", Mode.BOX)).returnNonce().isEmpty()).isTrue();
  }

  @Test
  void anUnknownOneIsAnsweredAlikeWhoeverAsks() {
    assertNotHeard(core.connect(), core.returning(CoreFixture.bytes(32, 1), "lap"));
    assertNotHeard(core.connect(), core.returning(CoreFixture.bytes(32, 1), "nobody"));
    assertNotHeard(core.connect(), core.returning(given(), "box"));
  }

  @Test
  void afterwardsNothingIsHeardUntilALoginWithHellosNonce() {
    LinkId link = core.connect();
    assertNotHeard(link, core.returning(CoreFixture.bytes(32, 1), "lap"));

    assertThat(core.say(link, new AgentFrame.Lookup(1, "box"))).isEmpty();
    assertThat(core.say(link, new AgentFrame.ListBoxes(2))).isEmpty();

    welcome(link, core.login(link, "lap", Mode.VISITOR));
    assertThat(find(core.say(link, new AgentFrame.ListBoxes(3)), RendezvousFrame.Boxes.class))
        .isNotNull();
  }

  @Test
  void aSecondUnknownOneEndsTheLink() {
    LinkId link = core.connect();
    assertNotHeard(link, core.returning(CoreFixture.bytes(32, 1), "lap"));
    assertThat(refusal(core.say(link, core.returning(CoreFixture.bytes(32, 2), "lap")), link))
        .isEqualTo(RefusalCode.BAD_SIGNATURE);
  }

  @Test
  void theSignatureMustHoldAllTheSame() {
    Bytes nonce = given();
    AgentFrame.Login good = core.returning(nonce, "lap");
    LinkId link = core.connect();
    AgentFrame.Login forged =
        new AgentFrame.Login(
            1, "lap", good.linkKey(), CoreFixture.bytes(64, 3), Mode.VISITOR, nonce, false);
    assertThat(refusal(core.say(link, forged), link)).isEqualTo(RefusalCode.BAD_SIGNATURE);
  }

  @Test
  void theOldestOfFiveIsForgotten() {
    List<Bytes> nonces = new ArrayList<>();
    for (int i = 0; i <= ReturnNonces.PER_AGENT; i++) {
      nonces.add(given());
    }
    assertNotHeard(core.connect(), core.returning(nonces.get(0), "lap"));
    welcome(core.connect(), core.returning(nonces.get(1), "lap"));
  }

  @Test
  void aBoxDoesNotLogInWithOne() {
    LinkId visitor = core.connect();
    Bytes nonce = welcome(visitor, core.login(visitor, "box", Mode.VISITOR)).returnNonce();
    LinkId box = core.box("box");
    LinkId link = core.connect();

    assertNotHeard(link, core.returning(nonce, "box", Mode.BOX));

    core.say(link, new AgentFrame.Publish(Bytes.ofHex("05aa")));
    core.say(link, core.login(link, "box", Mode.BOX));
    assertThat(core.say(box, new AgentFrame.Ping(1))).as("superseded now, not before").isEmpty();
    welcome(core.connect(), core.returning(nonce, "box"));
  }

  @Test
  void afterwardsNobodyEnrollsEither() {
    Bytes token = core.invite("new", Role.BOTH, 1, Duration.ofHours(1));
    LinkId link = core.connect();
    assertNotHeard(link, core.returning(CoreFixture.bytes(32, 1), "lap"));

    assertThat(core.say(link, core.enroll(link, "new", "new", token))).isEmpty();
  }

  @Test
  void anothersUnderTheSameNameIsNotTheirs() {
    Bytes nonce = given();
    AgentFrame.Login ofTheFirst = core.returning(nonce, "lap");
    core.run(new CoreInput.RevokeAsked(9, "lap"));
    core.forgetKey("lap");
    core.enrolled("lap", Role.LAPTOP);
    Bytes second = given();

    assertNotHeard(core.connect(), ofTheFirst);
    assertNotHeard(core.connect(), core.returning(nonce, "lap"));
    welcome(core.connect(), core.returning(second, "lap"));
  }

  @Test
  void aRevokedAgentsLinkIsOverInEveryState() {
    Bytes nonce = given();
    LinkId waiting = core.connect();
    assertNotHeard(waiting, core.returning(CoreFixture.bytes(32, 1), "lap"));
    LinkId returned = core.connect();
    welcome(returned, core.returning(nonce, "lap"));
    core.run(new CoreInput.RevokeAsked(9, "lap"));

    assertThat(core.say(returned, new AgentFrame.ListBoxes(1))).isEmpty();
    assertThat(refusal(core.say(waiting, core.login(waiting, "lap", Mode.VISITOR)), waiting))
        .isEqualTo(RefusalCode.REVOKED);
  }

  @Test
  void datagramsAndFramesInBetweenAreNotHeardAndEndNothing() {
    LinkId link = core.connect();
    assertNotHeard(link, core.returning(CoreFixture.bytes(32, 1), "lap"));
    assertThat(core.run(new CoreInput.RelayUsed(link, 7))).isEmpty();
    assertThat(core.say(link, CoreFixture.offer(1, "box"))).isEmpty();
    assertThat(core.say(link, CoreFixture.claim(1, "192.0.2.1:1"))).isEmpty();

    welcome(link, core.login(link, "lap", Mode.VISITOR));
  }

  /** A link that is told to log in again has no more time for it than any other. */
  @Test
  void itDoesNotProlongTheTimeForTheLogin() {
    LinkId link = core.connect();
    core.pass(Duration.ofSeconds(9));
    assertNotHeard(link, core.returning(CoreFixture.bytes(32, 1), "lap"));

    assertThat(refusal(core.pass(Duration.ofSeconds(1)), link)).isEqualTo(RefusalCode.TIMEOUT);
  }

  @Test
  void aRevokedAgentsIsGone() {
    Bytes nonce = given();
    core.run(new CoreInput.RevokeAsked(9, "lap"));
    assertNotHeard(core.connect(), core.returning(nonce, "lap"));
  }
}
