package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.CandidateType;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.IceControlling;
import org.moshpit.common.stun.Priority;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.UseCandidate;
import org.moshpit.common.stun.Username;
import org.moshpit.common.stun.XorMappedAddress;

/** The box's machine against a laptop made by hand: input, exact output. */
class PathMachineTest {
  private static final SocketId SOCKET = new SocketId(0);
  private static final SocketId OTHER_SOCKET = new SocketId(1);
  private static final TransportAddress BASE = TransportAddress.parse("192.168.1.10:4000");
  private static final TransportAddress MAPPED = TransportAddress.parse("203.0.113.1:4000");
  private static final TransportAddress PEER = TransportAddress.parse("203.0.113.2:5000");
  private static final TransportAddress STRANGER = TransportAddress.parse("203.0.113.2:5001");
  private static final byte[] PWD = "their+password+1234567890".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HELLO = {(byte) 0x80, 1, 2, 3};

  private final PathMachine box =
      new PathMachine(
          new PathConfig(IceRole.CONTROLLED, RelayPolicy.AUTO, BulkLimits.standard()),
          new SplittableRandom(1));
  private final List<Transmit> sent = new ArrayList<>();
  private final List<PathOut> events = new ArrayList<>();
  private int transactions;
  private long now = Long.MAX_VALUE - 5;

  @BeforeEach
  void meet() {
    handle(new PathIn.SocketOpened(SOCKET, BASE));
    handle(new PathIn.ServerReflexive(SOCKET, MAPPED));
    handle(described("them", 1));
    handle(new PathIn.RelayUp());
  }

  private static PathIn.PeerDescribed described(String ufrag, int generation) {
    Candidate candidate = new Candidate(CandidateType.SERVER_REFLEXIVE, PEER, 1_000_000, "1");
    return new PathIn.PeerDescribed(
        new IceDescription(
            ufrag, new String(PWD, StandardCharsets.US_ASCII), List.of(candidate), generation),
        0);
  }

  private void handle(PathIn event) {
    box.handle(now, event);
    drain();
  }

  private void pass(long millis) {
    long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
    while (Deadlines.isDue(box.nextDeadline(), end)) {
      now = Deadlines.later(now, box.nextDeadline());
      box.handleTimeout(now);
      drain();
    }
    now = end;
    box.handleTimeout(now);
    drain();
  }

  private void drain() {
    for (Transmit out = box.pollTransmit(); out != null; out = box.pollTransmit()) {
      sent.add(out);
    }
    for (PathOut out = box.pollEvent(); out != null; out = box.pollEvent()) {
      events.add(out);
    }
  }

  private void forget() {
    sent.clear();
    events.clear();
  }

  private void receive(byte[] bytes) {
    receiveFrom(PEER, bytes);
  }

  private void receiveFrom(TransportAddress peer, byte[] bytes) {
    handle(new PathIn.Datagram(SOCKET, peer, bytes));
  }

  /** The laptop's nominating check. */
  private byte[] nomination() {
    return nomination("them");
  }

  private byte[] nomination(String ufrag) {
    StunMessage check =
        StunMessage.request(
            new TransactionId(7, transactions++),
            new Username(box.localDescription().ufrag() + ":" + ufrag),
            new Priority(1),
            new IceControlling(1),
            new UseCandidate());
    return StunEncoder.encode(
        check, box.localDescription().pwd().getBytes(StandardCharsets.US_ASCII));
  }

  private List<StunMessage> checks() {
    return sent.stream()
        .map(out -> StunParser.parse(out.payload()))
        .filter(StunParse.Parsed.class::isInstance)
        .map(parsed -> ((StunParse.Parsed) parsed).message())
        .filter(message -> message.type() == StunClass.REQUEST)
        .toList();
  }

  /** The laptop answers the box's latest check. */
  private void answer() {
    answer(PEER);
  }

  private void answer(TransportAddress peer) {
    Transmit latest = null;
    for (Transmit out : sent) {
      boolean asked =
          StunParser.parse(out.payload()) instanceof StunParse.Parsed parsed
              && parsed.message().type() == StunClass.REQUEST;
      latest = asked && out.destination().equals(peer) ? out : latest;
    }
    StunMessage asked = ((StunParse.Parsed) StunParser.parse(latest.payload())).message();
    StunMessage answer = StunMessage.success(asked.transactionId(), new XorMappedAddress(MAPPED));
    receiveFrom(peer, StunEncoder.encode(answer, PWD));
  }

  private void goDirect() {
    receive(nomination());
    pass(60);
    answer();
    answer();
    assertThat(box.state()).isEqualTo(PathState.OVERLAP);
  }

  @Test
  void twoAuthenticatedRoundTripsProveAPath() {
    receive(nomination());
    pass(60);
    answer();
    assertThat(box.state()).as("one is not enough").isEqualTo(PathState.RELAY);
    assertThat(box.searchState()).isEqualTo(SearchState.CHECKING);
    pass(30);
    answer();
    assertThat(box.state()).isEqualTo(PathState.OVERLAP);
    assertThat(events)
        .contains(new PathOut.PathChanged(PathKind.DIRECT, PEER, 30, "checks answered"));
  }

  @Test
  void whoseAnswerWasLostIsAnsweredAgainAlsoWhenTheChecksAreOver() {
    IceDescription answer = box.localDescription();
    forget();
    handle(described("them", 1));
    assertThat(events).containsExactly(new PathOut.LocalDescription(answer));
    pass(60_000);
    assertThat(box.searchState()).isEqualTo(SearchState.PAUSING);
    forget();
    handle(described("them", 1));
    assertThat(events).containsExactly(new PathOut.LocalDescription(box.localDescription()));
    assertThat(sent).isEmpty();
    assertThat(box.searchState()).isEqualTo(SearchState.PAUSING);
  }

  @Test
  void aNominatedPathThatIsNeverProvenIsGivenUp() {
    receive(nomination());
    pass(60);
    answer();
    pass(3_900);
    assertThat(box.searchState()).isEqualTo(SearchState.CHECKING);
    pass(200);
    assertThat(box.searchState()).isEqualTo(SearchState.PAUSING);
    assertThat(box.snapshot(now).reason())
        .isEqualTo("the path to 203.0.113.2:5000 was chosen but answers no more");
  }

  @Test
  void forASecondDatagramsTravelBothWaysThenOnlyDirectly() {
    goDirect();
    pass(999);
    forget();
    handle(new PathIn.FromApp(HELLO));
    assertThat(events).containsExactly(new PathOut.ToRelay(HELLO));
    assertThat(sent).contains(new Transmit(SOCKET, PEER, HELLO));
    pass(1);
    forget();
    handle(new PathIn.FromApp(HELLO));
    assertThat(events).isEmpty();
    assertThat(sent).contains(new Transmit(SOCKET, PEER, HELLO));
    assertThat(box.state()).isEqualTo(PathState.DIRECT);
  }

  @Test
  void datagramsAreBelievedFromAProvenAddressOnItsSocketOnly() {
    goDirect();
    forget();
    receive(HELLO);
    assertThat(events).containsExactly(new PathOut.ToApp(HELLO));
    forget();
    handle(new PathIn.Datagram(SOCKET, STRANGER, HELLO));
    handle(new PathIn.Datagram(OTHER_SOCKET, PEER, HELLO));
    assertThat(events).isEmpty();
  }

  @Test
  void beforeAnAddressIsProvenNothingIsBelieved() {
    receive(nomination());
    forget();
    receive(HELLO);
    assertThat(events).isEmpty();
  }

  /** Cookie and length by chance, but no FINGERPRINT. */
  @Test
  void aDatagramThatLooksLikeStunUpToTheFingerprintIsData() {
    goDirect();
    forget();
    byte[] lookalike = StunEncoder.encode(StunMessage.request(new TransactionId(1, 1)));
    assertThat(StunMessage.looksLikeStun(lookalike)).isTrue();
    receive(lookalike);
    assertThat(events).containsExactly(new PathOut.ToApp(lookalike));
  }

  @Test
  void aPeerHeardOverTheRelayIsAskedAtOnceWhetherThePathStillIs() {
    goDirect();
    pass(1_100);
    answer();
    pass(2_000); // the last answer is no longer fresh
    forget();
    handle(new PathIn.FromRelay(HELLO));
    assertThat(events).containsExactly(new PathOut.ToApp(HELLO));
    assertThat(checks()).hasSize(1);
    pass(260);
    assertThat(box.state()).isEqualTo(PathState.SUSPECT);
    answer();
    assertThat(box.state()).isEqualTo(PathState.DIRECT);
  }

  @Test
  void aPeerHeardOnlyOverTheRelayIsMetThere() {
    goDirect();
    for (int i = 0; i < 40; i++) {
      pass(100);
      answer();
      handle(new PathIn.FromRelay(HELLO));
    }
    assertThat(box.state()).isEqualTo(PathState.SUSPECT);
    assertThat(box.snapshot(now).reason()).isEqualTo("the peer still sends over the relay");
    receive(HELLO);
    pass(3_000);
    answer();
    assertThat(box.state()).as("it is heard directly again").isEqualTo(PathState.DIRECT);
  }

  @Test
  void aPeerThatStartsOverIsAskedAtOnceWhetherItStillIsThere() {
    goDirect();
    pass(1_100);
    answer();
    forget();
    handle(described("thex", 2));
    assertThat(events.stream().filter(PathOut.LocalDescription.class::isInstance)).hasSize(1);
    assertThat(box.localDescription().generation()).isEqualTo(2);
    assertThat(checks().stream().map(c -> c.first(Username.class).orElseThrow().text()))
        .as("on the old path, and openers or checks on the new one")
        .anyMatch(name -> name.startsWith("them:"))
        .anyMatch(name -> name.startsWith("thex:"));
  }

  @Test
  void aLateDescriptionOfAnOldGenerationIsIgnored() {
    handle(described("thex", 3));
    forget();
    handle(described("they", 2));
    handle(described("thex", 3));
    assertThat(box.localDescription().generation()).isEqualTo(2);
  }

  /** It may send there, and there alone, until it has its own doubts; so it gets them. */
  @Test
  void aPeerThatHasNotLeftADeadPathYetIsHeardThereForAWhile() {
    goDirect();
    byte[] check = nomination();
    pass(11_000);
    assertThat(box.state()).isEqualTo(PathState.RELAY);
    handle(described("thex", 2));
    assertThat(events).contains(new PathOut.OpenSocket("the peer starts over"));
    forget();
    handle(new PathIn.SocketOpened(OTHER_SOCKET, BASE));
    receive(HELLO);
    assertThat(events).contains(new PathOut.ToApp(HELLO));
    assertThat(events).doesNotContain(new PathOut.CloseSocket(SOCKET));
    sent.clear();
    receive(check);
    assertThat(sent).as("its checks are not answered").isEmpty();
    pass(8_000);
    assertThat(events).contains(new PathOut.CloseSocket(SOCKET));
    forget();
    receive(HELLO);
    assertThat(events).doesNotContain(new PathOut.ToApp(HELLO));
  }

  /** Its own proof may take longer, and until then it knows the old path only. */
  @Test
  void aPeerIsHeardOnThePathBeforeForAWhile() {
    goDirect();
    pass(2_000);
    handle(described("thex", 2));
    TransportAddress elsewhere = STRANGER;
    receiveFrom(elsewhere, nomination("thex"));
    pass(60);
    answer(elsewhere);
    answer(elsewhere);
    assertThat(box.snapshot(now).remote()).isEqualTo(elsewhere);
    pass(1_500);
    assertThat(box.state()).isEqualTo(PathState.DIRECT);
    forget();
    receive(HELLO);
    assertThat(events).containsExactly(new PathOut.ToApp(HELLO));
    pass(8_000);
    forget();
    receive(HELLO);
    assertThat(events).doesNotContain(new PathOut.ToApp(HELLO));
  }

  /** The peer may have gone over to a generation that this end has given up. */
  @Test
  void aPeerIsHeardForAWhileOnWhatWasGivenUp() {
    receive(nomination());
    pass(60);
    answer();
    pass(5_000);
    assertThat(box.searchState()).isEqualTo(SearchState.PAUSING);
    forget();
    receive(HELLO);
    assertThat(events).containsExactly(new PathOut.ToApp(HELLO));
    pass(8_000);
    forget();
    receive(HELLO);
    assertThat(events).doesNotContain(new PathOut.ToApp(HELLO));
  }

  /** The answer to its first nomination never reached the laptop, which then chose another pair. */
  @Test
  void thePeersLaterChoiceIsFollowed() {
    goDirect();
    pass(1_500);
    receiveFrom(STRANGER, nomination("them"));
    pass(60);
    answer(STRANGER);
    pass(250);
    answer(STRANGER);
    assertThat(box.snapshot(now).remote()).isEqualTo(STRANGER);
    assertThat(box.state()).isEqualTo(PathState.OVERLAP);
  }

  @Test
  void aLostSocketIsALostPath() {
    goDirect();
    forget();
    handle(new PathIn.SocketLost(SOCKET, "wlan0 is gone"));
    assertThat(box.state()).isEqualTo(PathState.RELAY);
    assertThat(events)
        .contains(
            new PathOut.PathChanged(PathKind.RELAY, null, -1, "wlan0 is gone"),
            new PathOut.NeedExchange("wlan0 is gone"));
    handle(new PathIn.FromApp(HELLO));
    assertThat(sent).isEmpty();
  }

  /** The box hints at once, and goes on hinting until the laptop comes. */
  @Test
  void theBoxHintsUntilItIsHeard() {
    goDirect();
    pass(10_000);
    assertThat(box.state()).isEqualTo(PathState.RELAY);
    pass(60_000);
    assertThat(events.stream().filter(PathOut.NeedExchange.class::isInstance).count())
        .isBetween(5L, 9L);
    handle(described("thex", 2));
    forget();
    pass(9_000);
    assertThat(events).noneMatch(PathOut.NeedExchange.class::isInstance);
  }

  @Test
  void withoutAnyFreshSocketTheOldOnesServeAgain() {
    goDirect();
    handle(new PathIn.NetworkChanged("new Wi-Fi"));
    handle(described("thex", 2));
    assertThat(events).contains(new PathOut.OpenSocket("the peer starts over"));
    forget();
    pass(2_100);
    assertThat(checks())
        .anyMatch(c -> c.first(Username.class).orElseThrow().text().startsWith("thex:"));
    assertThat(events).noneMatch(PathOut.CloseSocket.class::isInstance);
  }

  @Test
  void aSnapshotSaysWhatStatusShows() {
    goDirect();
    handle(new PathIn.FromApp(HELLO));
    handle(new PathIn.FromRelay(HELLO));
    receive(HELLO);
    receive(HELLO);
    pass(500);
    PathSnapshot snapshot = box.snapshot(now);
    assertThat(snapshot)
        .isEqualTo(
            new PathSnapshot(
                PathKind.DIRECT,
                PEER,
                0,
                0,
                4,
                8,
                4,
                4,
                500_000_000L,
                "checks answered",
                "looking for a direct path"));
  }
}
