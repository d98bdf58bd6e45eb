package org.moshpit.agent.punch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.moshpit.agent.punch.PunchBench.BASE;
import static org.moshpit.agent.punch.PunchBench.MAPPED;
import static org.moshpit.agent.punch.PunchBench.OURS;
import static org.moshpit.agent.punch.PunchBench.PEER;
import static org.moshpit.agent.punch.PunchBench.PEER_LAN;
import static org.moshpit.agent.punch.PunchBench.SOCKET;
import static org.moshpit.agent.punch.PunchBench.THEIRS;
import static org.moshpit.agent.punch.PunchBench.answer;
import static org.moshpit.agent.punch.PunchBench.controlled;
import static org.moshpit.agent.punch.PunchBench.controlling;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.agent.candidates.CandidateType;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.agent.candidates.Priorities;
import org.moshpit.agent.punch.strategy.PortKind;
import org.moshpit.agent.punch.strategy.PortNote;
import org.moshpit.agent.punch.strategy.Shortcoming;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.ErrorCode;
import org.moshpit.common.stun.IceControlled;
import org.moshpit.common.stun.IceControlling;
import org.moshpit.common.stun.Priority;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.UnknownAttribute;
import org.moshpit.common.stun.UnknownAttributes;
import org.moshpit.common.stun.UseCandidate;
import org.moshpit.common.stun.Username;
import org.moshpit.common.stun.XorMappedAddress;

/** One end against a peer made by hand: input, exact output. */
class PunchMachineTest {
  @Test
  void openersLeaveAtOnceAndChecksFollowTheirSchedule() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 5).withSocket().withPeer(100, PEER);
    bench.pass(9_900);
    assertThat(bench.sent)
        .extracting(PunchBench.Sent::millis, PunchBench.Sent::ttl)
        .containsExactly(
            row(0, 5),
            row(40, 5),
            row(100, 0),
            row(150, 0),
            row(200, 0),
            row(300, 0),
            row(500, 0),
            row(1000, 0),
            row(2000, 0),
            row(4000, 0));
    assertThat(bench.sent).extracting(PunchBench.Sent::to).containsOnly(PEER);
    assertThat(bench.events(PunchOut.Failed.class))
        .containsExactly(
            new PunchOut.Failed(
                "no answer from any of the peer's addresses: 203.0.113.2:5000", Shortcoming.NONE));
  }

  private static Tuple row(long millis, int ttl) {
    return tuple(millis, ttl);
  }

  @Test
  void aCheckIsWhatRfc8445Says() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER);
    PunchBench.Sent check = bench.last();
    assertThat(check.message().attributes())
        .hasSize(3)
        .contains(new Username("them:ours"))
        .contains(new Priority(Priorities.candidate(CandidateType.PEER_REFLEXIVE, preference())));
    assertThat(check.message().has(IceControlling.class)).isTrue();
    assertThat(PunchBench.parse(check.bytes()).hasFingerprint()).isTrue();
    assertThat(PunchBench.parse(check.bytes()).verifies(PunchBench.key(PunchBench.THEIRS)))
        .isTrue();
  }

  private static int preference() {
    return Priorities.localPreference(BASE.ip(), 0);
  }

  /** A process that was stopped does not make up for what it would have sent meanwhile. */
  @Test
  void afterAStandstillEachTransactionIsSentOnceMore() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 5).withSocket();
    bench.withPeer(0, PEER);
    bench.pass(30);
    bench.sent.clear();

    bench.standStill(4000);

    Map<TransactionId, Long> copies =
        bench.requests().stream()
            .collect(
                Collectors.groupingBy(s -> s.message().transactionId(), Collectors.counting()));
    assertThat(copies).isNotEmpty();
    assertThat(copies.values()).allMatch(count -> count == 1);
  }

  @Test
  void pairsAreCheckedBestFirstOneEachTa() {
    PunchBench bench =
        new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER, PEER_LAN);
    bench.pass(49);
    assertThat(bench.requests()).extracting(PunchBench.Sent::to).containsExactly(PEER_LAN);
    bench.pass(1);
    assertThat(bench.requests())
        .extracting(PunchBench.Sent::to)
        .containsExactly(PEER_LAN, PEER_LAN, PEER);
  }

  @Test
  void insideOneNetworkThereIsNothingToOpen() {
    PunchBench bench =
        new PunchBench(IceRole.CONTROLLING, 5).withSocket().withPeer(0, PEER, PEER_LAN);
    bench.pass(1000);
    assertThat(bench.sent)
        .filteredOn(sent -> sent.ttl() == 5)
        .extracting(PunchBench.Sent::to)
        .containsExactly(PEER, PEER);
  }

  @Test
  void theControllingEndNominatesTheBestValidPairOnceNoBetterOneIsInSight() {
    PunchBench bench =
        new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER, PEER_LAN);
    bench.pass(60);
    PunchBench.Sent check = bench.requests().get(2);
    bench.receive(PEER, answer(check, MAPPED));
    assertThat(bench.machine.isValid(SOCKET, PEER)).isTrue();
    assertThat(bench.machine.isValid(SOCKET, PEER_LAN)).isFalse();
    bench.pass(99);
    assertThat(bench.requests()).noneMatch(sent -> sent.message().has(UseCandidate.class));
    bench.pass(1);
    PunchBench.Sent nomination = bench.last();
    assertThat(nomination.to()).isEqualTo(PEER);
    assertThat(nomination.message().has(UseCandidate.class)).isTrue();
    bench.pass(30);
    bench.receive(PEER, answer(nomination, MAPPED));
    assertThat(bench.machine.state()).isEqualTo(PunchState.COMPLETED);
    assertThat(bench.events)
        .containsSubsequence(
            new PunchOut.Validated(SOCKET, PEER),
            new PunchOut.RoundTrip(SOCKET, PEER, 30_000_000, 2),
            new PunchOut.Nominated(SOCKET, PEER, 2));
    int before = bench.sent.size();
    bench.pass(60_000);
    assertThat(bench.sent).as("no check goes on after the nomination").hasSize(before);
  }

  @Test
  void theBestPairIsNominatedAtOnce() {
    PunchBench bench =
        new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER, PEER_LAN);
    bench.receive(PEER_LAN, answer(bench.last(), BASE));
    assertThat(bench.last().message().has(UseCandidate.class)).isTrue();
  }

  @Test
  void anotherPairIsNominatedWhenTheFirstGoesSilent() {
    PunchBench bench =
        new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER, PEER_LAN);
    PunchBench.Sent lan = bench.last();
    bench.pass(55);
    PunchBench.Sent wan = bench.last();
    bench.receive(PEER_LAN, answer(lan, BASE));
    bench.receive(PEER, answer(wan, MAPPED));
    bench.pass(7_600);
    assertThat(bench.requests())
        .filteredOn(sent -> sent.message().has(UseCandidate.class))
        .extracting(PunchBench.Sent::to)
        .containsExactly(PEER_LAN, PEER_LAN, PEER_LAN, PEER_LAN, PEER_LAN, PEER);
  }

  /** Whatever else of the peer arrives meanwhile: an answer may be lost. */
  @Test
  void theNominationIsRepeated() {
    PunchBench bench =
        new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER_LAN, PEER);
    bench.pass(60);
    PunchBench.Sent check = bench.last();
    assertThat(check.to()).isEqualTo(PEER);
    bench.receive(PEER, bench.check(controlled()));
    bench.receive(PEER, answer(check, MAPPED));
    bench.pass(110);
    assertThat(nominations(bench)).hasSize(1);
    bench.receive(PEER, bench.check(controlled()));
    bench.pass(300);
    assertThat(nominations(bench)).hasSize(2);
  }

  private static List<PunchBench.Sent> nominations(PunchBench bench) {
    return bench.requests().stream().filter(s -> s.message().has(UseCandidate.class)).toList();
  }

  /** It says that the peer's own NAT is open. */
  @Test
  void checksBeginWithThePeersNote() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(1000, PEER);
    bench.pass(200);
    assertThat(bench.requests()).isEmpty();
    CheckCodec peer = new CheckCodec(THEIRS);
    peer.remote(OURS);
    PortNote note = new PortNote(1, 0, PortKind.FIXED, 15, null, 0, 1, List.of());
    bench.handle(new PunchIn.Note(PunchBench.parse(peer.note(bench.id(), note.toBytes(), null))));
    bench.pass(60);
    assertThat(bench.requests()).isNotEmpty();
  }

  @Test
  void aNoteThatIsNotThePeersBeginsNothing() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(1000, PEER);
    CheckCodec stranger = new CheckCodec(THEIRS);
    stranger.remote(new IceCredentials("ours", "another+password+123456789"));
    PortNote note = new PortNote(1, 0, PortKind.FIXED, 15, null, 0, 1, List.of());
    bench.handle(
        new PunchIn.Note(PunchBench.parse(stranger.note(bench.id(), note.toBytes(), null))));
    bench.pass(900);
    assertThat(bench.requests()).isEmpty();
  }

  @Test
  void anAnswerFromElsewhereFailsThePair() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER);
    bench.receive(PEER_LAN, answer(bench.last(), MAPPED));
    bench.pass(8_000);
    assertThat(bench.requests()).hasSize(1);
    assertThat(bench.machine.isValid(SOCKET, PEER)).isFalse();
    assertThat(bench.machine.isValid(SOCKET, PEER_LAN)).isFalse();
  }

  @Test
  void anAnswerWithTheWrongPasswordIsNothing() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER);
    StunMessage forged =
        StunMessage.success(bench.last().message().transactionId(), new XorMappedAddress(MAPPED));
    bench.receive(PEER, StunEncoder.encode(forged, PunchBench.key(PunchBench.OURS)));
    bench.receive(PEER, StunEncoder.encodeWithFingerprint(forged));
    assertThat(bench.machine.isValid(SOCKET, PEER)).isFalse();
    bench.receive(PEER, answer(bench.requests().get(0), MAPPED));
    assertThat(bench.machine.isValid(SOCKET, PEER)).isTrue();
  }

  @Test
  void anOpenerThatIsAnsweredCountsAsACheck() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 5).withSocket().withPeer(100, PEER);
    bench.receive(PEER, answer(bench.last(), MAPPED));
    assertThat(bench.machine.isValid(SOCKET, PEER)).isTrue();
  }

  @Test
  void anUnknownMappingIsAPeerReflexiveCandidate() {
    TransportAddress other = TransportAddress.parse("203.0.113.1:4999");
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER);
    bench.receive(PEER, answer(bench.last(), other));
    assertThat(bench.events(PunchOut.PeerReflexive.class))
        .containsExactly(new PunchOut.PeerReflexive(SOCKET, other));
  }

  // the peer's checks

  @Test
  void aCheckIsAnsweredAndTriggersOneFromTheSameSocket() {
    TransportAddress elsewhere = TransportAddress.parse("203.0.113.2:5999");
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(2000, PEER);
    byte[] check = bench.check(controlling());
    bench.receive(elsewhere, check);
    PunchBench.Sent response = bench.sent.get(0);
    assertThat(response.message().type()).isEqualTo(StunClass.SUCCESS);
    assertThat(response.message().attributes()).containsExactly(new XorMappedAddress(elsewhere));
    assertThat(PunchBench.parse(response.bytes()).verifies(PunchBench.key(PunchBench.OURS)))
        .isTrue();
    assertThat(response.bytes().length).isLessThanOrEqualTo(check.length);
    bench.pass(450);
    assertThat(bench.requests())
        .extracting(PunchBench.Sent::millis, PunchBench.Sent::to)
        .as("a few follow the first receipt, before our own start")
        .containsExactly(
            tuple(0L, elsewhere),
            tuple(50L, elsewhere),
            tuple(100L, elsewhere),
            tuple(200L, elsewhere),
            tuple(400L, elsewhere));
  }

  @Test
  void aRetransmittedCheckIsAnsweredButTriggersNothingAgain() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(2000, PEER);
    byte[] check = bench.check(controlling());
    bench.receive(PEER, check);
    bench.pass(10);
    bench.receive(PEER, check);
    bench.pass(30);
    assertThat(bench.requests()).hasSize(1);
    assertThat(bench.sent).filteredOn(s -> s.message().type() == StunClass.SUCCESS).hasSize(2);
  }

  @Test
  void anEarlyCheckIsAnsweredAndRememberedUntilThePeerIsDescribed() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket();
    bench.receive(PEER, bench.check(controlling(), new UseCandidate()));
    assertThat(bench.sent).hasSize(1);
    assertThat(bench.last().message().type()).isEqualTo(StunClass.SUCCESS);
    bench.pass(1000);
    assertThat(bench.requests()).isEmpty();
    bench.withPeer(2000);
    assertThat(bench.requests()).extracting(PunchBench.Sent::to).containsExactly(PEER);
    bench.receive(PEER, answer(bench.last(), MAPPED));
    assertThat(bench.events(PunchOut.Nominated.class)).hasSize(1);
  }

  @Test
  void anEarlyCheckOfAnotherPeerIsForgotten() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket();
    StunMessage check =
        StunMessage.request(bench.id(), new Username("ours:other"), new Priority(1), controlling());
    bench.receive(PEER, StunEncoder.encode(check, PunchBench.key(PunchBench.OURS)));
    bench.withPeer(2000);
    assertThat(bench.requests()).isEmpty();
  }

  @Test
  void whatIsNotAuthenticGetsNoAnswer() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(2000, PEER);
    StunMessage check =
        StunMessage.request(bench.id(), new Username("ours:them"), new Priority(1), controlling());
    byte[] key = PunchBench.key(PunchBench.OURS);
    bench.receive(PEER, StunEncoder.encode(check));
    bench.receive(PEER, StunEncoder.encodeWithFingerprint(check));
    bench.receive(PEER, StunEncoder.encode(check, PunchBench.key(PunchBench.THEIRS)));
    for (String name : List.of("older:them", "ours:older", "ours", "oursthem", ":", "")) {
      StunMessage named = StunMessage.request(bench.id(), new Username(name), new Priority(1));
      bench.receive(PEER, StunEncoder.encode(named, key));
    }
    assertThat(bench.sent).isEmpty();
    bench.receive(PEER, StunEncoder.encode(check, key));
    assertThat(bench.sent).isNotEmpty();
  }

  @Test
  void whatMustBeUnderstoodAndIsNotIsRefused() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(2000, PEER);
    bench.receive(PEER, bench.check(controlling(), new UnknownAttribute(0x7777, new byte[0])));
    assertThat(bench.sent).hasSize(1);
    assertThat(bench.last().message().first(ErrorCode.class).orElseThrow().code()).isEqualTo(420);
    assertThat(bench.last().message().first(UnknownAttributes.class).orElseThrow().types())
        .containsExactly(0x7777);
  }

  @Test
  void theControlledEndFollowsUseCandidateWhicheverComesFirst() {
    PunchBench before = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(0, PEER);
    before.receive(PEER, before.check(controlling(), new UseCandidate()));
    assertThat(before.events(PunchOut.Nominated.class)).isEmpty();
    before.pass(60);
    before.receive(PEER, answer(before.requests().get(1), MAPPED));
    assertThat(before.events(PunchOut.Nominated.class))
        .containsExactly(new PunchOut.Nominated(SOCKET, PEER, 1));

    PunchBench after = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(0, PEER);
    after.receive(PEER, answer(after.last(), MAPPED));
    assertThat(after.events(PunchOut.Nominated.class)).isEmpty();
    after.receive(PEER, after.check(controlling(), new UseCandidate()));
    assertThat(after.events(PunchOut.Nominated.class))
        .containsExactly(new PunchOut.Nominated(SOCKET, PEER, 1));
  }

  // roles

  /** RFC 8445 §7.3.1.1; tie-breakers are unsigned, so −1 is the largest. */
  @ParameterizedTest
  @CsvSource({
    "CONTROLLING, 0, REJECT, CONTROLLING",
    "CONTROLLING, -1, SWITCH, CONTROLLED",
    "CONTROLLED, 0, SWITCH, CONTROLLING",
    "CONTROLLED, -1, REJECT, CONTROLLED"
  })
  void aRoleConflictIsDecidedByTieBreakers(
      IceRole role, long theirs, Roles.Verdict verdict, IceRole afterwards) {
    PunchBench bench = new PunchBench(role, 0).withSocket().withPeer(2000, PEER);
    bench.receive(
        PEER,
        bench.check(
            role == IceRole.CONTROLLING ? new IceControlling(theirs) : new IceControlled(theirs)));
    assertThat(bench.machine.role()).isEqualTo(afterwards);
    StunMessage response = bench.sent.get(0).message();
    if (verdict == Roles.Verdict.REJECT) {
      assertThat(response.first(ErrorCode.class).orElseThrow().code()).isEqualTo(487);
      assertThat(bench.requests()).as("a refused check triggers nothing").isEmpty();
    } else {
      assertThat(response.type()).isEqualTo(StunClass.SUCCESS);
    }
  }

  @Test
  void a487ChangesOurRoleAndTheCheckIsRepeated() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER);
    StunMessage conflict =
        StunMessage.error(
            bench.last().message().transactionId(), new ErrorCode(487, "Role Conflict"));
    bench.receive(PEER, StunEncoder.encode(conflict, PunchBench.key(PunchBench.THEIRS)));
    assertThat(bench.machine.role()).isEqualTo(IceRole.CONTROLLED);
    bench.pass(50);
    assertThat(bench.last().message().has(IceControlled.class)).isTrue();
    assertThat(bench.last().message().transactionId()).isNotEqualTo(conflict.transactionId());
  }

  @Test
  void aRefusedCheckFailsThePair() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 0).withSocket().withPeer(0, PEER);
    StunMessage refusal =
        StunMessage.error(bench.last().message().transactionId(), new ErrorCode(400, ""));
    bench.receive(PEER, StunEncoder.encode(refusal, PunchBench.key(PunchBench.THEIRS)));
    bench.pass(5_000);
    assertThat(bench.requests()).hasSize(1);
  }

  // the end, and after

  @Test
  void afterFailingThereIsSilence() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(0, PEER);
    bench.pass(10_000);
    assertThat(bench.machine.state()).isEqualTo(PunchState.FAILED);
    int before = bench.sent.size();
    bench.receive(PEER, bench.check(controlling()));
    bench.pass(60_000);
    assertThat(bench.sent).hasSize(before);
    assertThat(bench.machine.nextDeadline()).isEqualTo(PunchMachine.NO_DEADLINE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | the peer has no address that could be tried",
        "[2001:db8::2]:5000 | no address of the peer is of a kind this end has:"
            + " [2001:db8::2]:5000",
        "203.0.113.2:1 203.0.113.2:2 203.0.113.2:3 203.0.113.2:4 203.0.113.2:5"
            + " | no answer from any of the peer's addresses: 203.0.113.2:1, 203.0.113.2:2,"
            + " 203.0.113.2:3, 203.0.113.2:4 and 1 more",
        "127.0.0.1:7 | the peer has no address that could be tried"
      })
  void failureSaysWhatWasTried(String addresses, String reason) {
    TransportAddress[] all =
        addresses.isEmpty()
            ? new TransportAddress[0]
            : Arrays.stream(addresses.split(" ", -1))
                .map(TransportAddress::parse)
                .toArray(TransportAddress[]::new);
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 5).withSocket().withPeer(0, all);
    bench.pass(10_000);
    assertThat(bench.events(PunchOut.Failed.class))
        .containsExactly(new PunchOut.Failed(reason, Shortcoming.NONE));
  }

  @Test
  void aProbeMeasuresAValidPairAndOnlyThat() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLED, 0).withSocket().withPeer(0, PEER);
    bench.handle(new PunchIn.Probe(SOCKET, PEER));
    assertThat(bench.requests()).as("not valid yet").hasSize(1);
    bench.receive(PEER, answer(bench.last(), MAPPED));
    bench.receive(PEER, bench.check(controlling(), new UseCandidate()));
    bench.handle(new PunchIn.Probe(SOCKET, PEER));
    bench.pass(25);
    bench.receive(PEER, answer(bench.last(), MAPPED));
    assertThat(bench.events.get(bench.events.size() - 1))
        .isEqualTo(new PunchOut.RoundTrip(SOCKET, PEER, 25_000_000, 2));
    int before = bench.sent.size();
    bench.pass(20_000);
    assertThat(bench.sent).as("a probe is not retransmitted").hasSize(before);
  }

  @Test
  void aClosedSocketIsNeverSentFromAgain() {
    PunchBench bench = new PunchBench(IceRole.CONTROLLING, 5).withSocket().withPeer(0, PEER);
    int before = bench.sent.size();
    bench.handle(new PunchIn.SocketClosed(SOCKET));
    bench.receive(PEER, bench.check(controlled()));
    bench.pass(9_000);
    assertThat(bench.sent).hasSize(before);
  }
}
