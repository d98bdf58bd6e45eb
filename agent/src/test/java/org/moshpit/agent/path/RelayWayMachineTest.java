package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.relay.RelayControl;
import org.moshpit.common.relay.RelayControl.Kind;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

class RelayWayMachineTest {
  private static final long COOKIE = 0x4102030405060708L;
  private static final byte[] KEY = new byte[32];
  private static final byte[] TOKEN = "sixteen bytes...".getBytes(StandardCharsets.US_ASCII);
  private static final TransportAddress ONE = TransportAddress.parse("192.0.2.10:3478");
  private static final TransportAddress TWO = TransportAddress.parse("192.0.2.10:3479");
  private static final SocketId SOCKET = new SocketId(1);
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;

  private final RelayWayMachine machine = new RelayWayMachine();
  private long now = -3 * SECOND; // monotonic time may be negative

  /** What it says, in the order it is said. */
  private final List<String> said = new ArrayList<>();

  private BiConsumer<TransportAddress, RelayControl> asked = (to, control) -> {};
  private boolean answering = true;
  private boolean socketHad = true;
  private final List<TransportAddress> opened = new ArrayList<>();

  private void handle(RelayWayIn event) {
    machine.handle(now, event);
    drain();
  }

  private void drain() {
    boolean any = true;
    while (any) {
      any = false;
      for (RelayWayOut out = machine.pollEvent(); out != null; out = machine.pollEvent()) {
        any = true;
        if (out instanceof RelayWayOut.OpenSocket) {
          said.add("socket");
          machine.handle(
              now,
              socketHad
                  ? new RelayWayIn.SocketOpened(SOCKET)
                  : new RelayWayIn.SocketFailed("none"));
        } else if (out instanceof RelayWayOut.ByLink data) {
          said.add("link " + text(data.bytes()));
        } else if (out instanceof RelayWayOut.FromPeer data) {
          said.add("peer " + text(data.bytes()));
        } else if (out instanceof RelayWayOut.Changed changed) {
          said.add(changed.from() + ">" + changed.to());
        }
      }
      for (Transmit t = machine.pollTransmit(); t != null; t = machine.pollTransmit()) {
        any = true;
        assertThat(t.socket()).isEqualTo(SOCKET);
        transmitted(t);
      }
    }
  }

  private void transmitted(Transmit t) {
    assertThat(RelayWire.cookieOf(t.payload())).isEqualTo(COOKIE);
    if (!RelayWire.isControl(t.payload())) {
      said.add("udp " + text(RelayWire.payload(t.payload())));
      return;
    }
    RelayControl control = RelayControl.read(t.payload(), KEY);
    said.add(control.toString());
    if (control.kind() == Kind.OPEN) {
      opened.add(t.destination());
    }
    asked.accept(t.destination(), control);
    if (answering) {
      answer(t.destination(), control);
    }
  }

  private void answer(TransportAddress from, RelayControl control) {
    RelayControl answer =
        control.kind() == Kind.OPEN
            ? control.followedBy(Kind.CHALLENGE, TOKEN)
            : control.followedBy(Kind.OPENED, TOKEN);
    machine.handle(now, new RelayWayIn.Received(from, answer.encode(KEY)));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private void send(String text) {
    handle(new RelayWayIn.ToPeer(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private void receive(TransportAddress from, String text) {
    byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
    handle(new RelayWayIn.Received(from, RelayWire.data(COOKIE, payload)));
  }

  private void grant() {
    handle(new RelayWayIn.Granted(COOKIE, KEY, List.of(ONE, TWO)));
  }

  private void pass(long nanos) {
    long end = now + nanos;
    while (machine.nextDeadline() != Machine.NO_DEADLINE && machine.nextDeadline() - end <= 0) {
      assertThat(machine.nextDeadline() - now).isNotNegative();
      long before = now;
      now = machine.nextDeadline();
      machine.handleTimeout(now);
      drain();
      if (now == before) {
        assertThat(machine.nextDeadline()).as("it wants no time twice").isNotEqualTo(now);
      }
    }
    now = end;
  }

  /** Says something every three seconds, and hears something each time if it is told to. */
  private void passBusily(long seconds, boolean heard) {
    for (long t = 0; t < seconds; t += 3) {
      send("x");
      if (heard) {
        receive(ONE, "y");
      }
      pass(3 * SECOND);
    }
  }

  private void udp() {
    grant();
    send("a");
    pass(SECOND);
    assertThat(machine.way()).isEqualTo(RelayWay.UDP);
    said.clear();
  }

  @Test
  void withoutACookieItIsTheLinkAndNoSocketIsOpened() {
    send("a");
    pass(60 * SECOND);
    send("b");
    assertThat(said).containsExactly("link a", "link b");
    assertThat(machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void aSessionThatRelaysNothingAsksNothing() {
    grant();
    pass(3600 * SECOND);
    assertThat(said).isEmpty();
    assertThat(machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void itAsksSwitchesAndOverlaps() {
    grant();
    send("a");
    pass(RelayWayMachine.SETTLE - 1);
    send("b");
    pass(1);
    assertThat(said)
        .containsExactly(
            "link a", "link b", "socket", "LINK>ASKING", "OPEN 1", "CONFIRM 1", "ASKING>UDP");
    said.clear();
    send("c");
    pass(RelayWayMachine.OVERLAP);
    send("d");
    assertThat(said).containsExactly("link c", "udp c", "udp d");
  }

  @Test
  void whatComesByUdpIsThePeers() {
    udp();
    receive(ONE, "hello");
    assertThat(said).containsExactly("peer hello");
  }

  @Test
  void aCookieThatComesLaterIsUsedAtOnceByASessionThatRelays() {
    send("a");
    pass(SECOND);
    grant();
    pass(SECOND);
    assertThat(machine.way()).isEqualTo(RelayWay.UDP);
  }

  @Test
  void othersAreNotHeard() {
    udp();
    receive(TransportAddress.parse("203.0.113.66:3478"), "evil");
    handle(new RelayWayIn.Received(ONE, RelayWire.data(COOKIE + 1, new byte[] {65})));
    handle(new RelayWayIn.Received(ONE, new byte[0]));
    handle(new RelayWayIn.Received(ONE, new byte[8]));
    RelayControl opened = new RelayControl(Kind.OPENED, COOKIE, 1, TOKEN);
    handle(new RelayWayIn.Received(ONE, opened.encode(new byte[] {1})));
    assertThat(said).isEmpty();
  }

  /** Each open has its own number: an answer captured earlier says nothing about now. */
  @Test
  void anAnswerOfBeforeIsNoSignOfLife() {
    udp();
    byte[] old = new RelayControl(Kind.OPENED, COOKIE, 1, TOKEN).encode(KEY);
    answering = false;
    passBusily(6, false);
    handle(new RelayWayIn.Received(ONE, old));
    assertThat(machine.way()).isEqualTo(RelayWay.DOUBT);
  }

  @Test
  void threeOpensWithoutAnAnswerAndTheLinkGoesOnTheOtherPortIsNext() {
    answering = false;
    grant();
    send("a");
    pass(RelayWayMachine.SETTLE);
    send("b");
    pass(RelayWayMachine.PATIENCE - 1);
    assertThat(said)
        .containsExactly("link a", "socket", "LINK>ASKING", "OPEN 1", "link b", "OPEN 2", "OPEN 3");
    pass(1);
    assertThat(said.subList(7, said.size())).startsWith("ASKING>LINK");
    answering = true;
    send("c");
    pass(SECOND);
    assertThat(machine.way()).isEqualTo(RelayWay.UDP);
    assertThat(opened).startsWith(ONE, ONE, ONE, TWO);
  }

  @Test
  void whereUdpIsBlockedItAsksOnceAMinuteInTheEnd() {
    answering = false;
    grant();
    passBusily(3600, false);
    assertThat(machine.way()).isIn(RelayWay.LINK, RelayWay.ASKING);
    assertThat(said).filteredOn(line -> line.startsWith("link")).hasSize(1200);
    assertThat(said).filteredOn(line -> line.startsWith("OPEN")).hasSizeBetween(170, 210);
  }

  @Test
  void whileItCarriesThereIsAnOpenEveryFifteenSeconds() {
    udp();
    passBusily(300, true);
    assertThat(said).filteredOn(line -> line.startsWith("OPEN")).hasSizeBetween(19, 21);
    assertThat(said).noneMatch(line -> line.contains(">") || line.startsWith("link"));
  }

  @Test
  void silenceBringsDoubtAndThenTheLink() {
    udp();
    answering = false;
    send("a");
    pass(3 * SECOND);
    send("b");
    pass(SECOND);
    assertThat(said).containsExactly("udp a", "udp b", "OPEN 2", "UDP>DOUBT", "OPEN 3");
    said.clear();
    send("c");
    assertThat(said).containsExactly("link c", "udp c");
    pass(2 * SECOND + 500 * MS);
    assertThat(said).contains("DOUBT>LINK");
    said.clear();
    send("d");
    assertThat(said).contains("link d").doesNotContain("udp d");
  }

  @Test
  void aPersonWhoTypesIntoSilenceWaitsASecondAndAHalf() {
    udp();
    answering = false;
    for (int i = 0; i < 16; i++) {
      send("k");
      pass(100 * MS);
    }
    assertThat(machine.way()).isEqualTo(RelayWay.DOUBT);
  }

  @Test
  void doubtEndsWithAnAnswer() {
    udp();
    answering = false;
    send("a");
    pass(4 * SECOND);
    assertThat(machine.way()).isEqualTo(RelayWay.DOUBT);
    answering = true;
    pass(SECOND);
    assertThat(machine.way()).isEqualTo(RelayWay.UDP);
    said.clear();
    send("b");
    assertThat(said).containsExactly("udp b");
  }

  private void heardByLink(int size) {
    handle(new RelayWayIn.HeardByLink(size));
  }

  @Test
  void whatComesOverTheLinkAloneSaysThatUdpIsGone() {
    udp();
    answering = false;
    pass(5 * SECOND);
    heardByLink(80);
    pass(RelayWayMachine.LATE - 1);
    assertThat(said).isEmpty();
    pass(1);
    assertThat(said).containsExactly("UDP>DOUBT", "OPEN 2");
    said.clear();
    send("b");
    assertThat(said).containsExactly("link b", "udp b");
  }

  @Test
  void whatComesBothWaysSaysNothing() {
    udp();
    pass(5 * SECOND);
    heardByLink(80);
    receive(ONE, "y");
    pass(SECOND);
    receive(ONE, "z");
    heardByLink(80);
    pass(SECOND);
    assertThat(said).containsExactly("peer y", "peer z");
  }

  @Test
  void whatIsTooLongForAPacketOfUdpSaysNothingOfIt() {
    udp();
    pass(5 * SECOND);
    heardByLink(RelayWire.MAX_PAYLOAD + 1);
    pass(SECOND);
    assertThat(said).isEmpty();
  }

  @Test
  void whereUdpIsNotTheWayTheLinkSaysNothing() {
    grant();
    heardByLink(80);
    pass(60 * SECOND);
    assertThat(said).isEmpty();
    assertThat(machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void udpComesBackWhenItCan() {
    udp();
    answering = false;
    passBusily(30, false);
    assertThat(machine.way()).isNotEqualTo(RelayWay.UDP);
    answering = true;
    passBusily(12, true);
    assertThat(machine.way()).isEqualTo(RelayWay.UDP);
  }

  /** By satellite a proof takes two round trips, as everywhere, but each is most of a second. */
  @ParameterizedTest
  @ValueSource(longs = {20, 240, 260, 600, 900, 1200})
  void aLongRoundTripIsNoReasonForDoubt(long rttMillis) {
    DistantRendezvous far = new DistantRendezvous(rttMillis * MS);
    grant();
    send("a");
    far.pass(RelayWayMachine.SETTLE + RelayWayMachine.PATIENCE);
    assertThat(machine.way()).isEqualTo(RelayWay.UDP);
    said.clear();
    for (int i = 0; i < 40; i++) {
      send("x");
      receive(ONE, "y");
      far.pass(3 * SECOND);
    }
    assertThat(said).noneMatch(line -> line.contains(">"));
  }

  @Test
  void aConfirmThatIsLostIsMadeGoodWithinTheRound() {
    DistantRendezvous near = new DistantRendezvous(40 * MS);
    grant();
    send("a");
    near.pass(SECOND);
    assertThat(machine.way()).isEqualTo(RelayWay.UDP);
    said.clear();
    near.lost = 1;
    for (int i = 0; i < 7; i++) {
      send("x");
      near.pass(MS);
      receive(ONE, "y");
      near.pass(3 * SECOND - MS);
    }
    assertThat(near.lost).isZero();
    assertThat(machine.way()).isEqualTo(RelayWay.UDP);
    assertThat(said).doesNotContain("DOUBT>LINK");
  }

  /** The second open would come later than that. */
  @Test
  void howLongTheRoundTripEverIsTheLinkTakesOverInTime() {
    DistantRendezvous far = new DistantRendezvous(1200 * MS);
    grant();
    send("a");
    far.pass(RelayWayMachine.SETTLE + RelayWayMachine.PATIENCE);
    assertThat(machine.way()).isEqualTo(RelayWay.UDP);
    far.silent = true;
    send("b");
    far.pass(3500 * MS);
    assertThat(said).filteredOn(line -> line.startsWith("OPEN")).isNotEmpty();
    far.pass(RelayWayMachine.PATIENCE);
    assertThat(said).contains("DOUBT>LINK");
  }

  @Test
  void anotherNetworkHasAnotherRoundTrip() {
    DistantRendezvous far = new DistantRendezvous(900 * MS);
    grant();
    send("a");
    far.pass(RelayWayMachine.SETTLE + RelayWayMachine.PATIENCE);
    assertThat(machine.way()).isEqualTo(RelayWay.UDP);
    far.silent = true;
    said.clear();
    handle(new RelayWayIn.NetworkChanged("wlan0"));
    pass(600 * MS);
    assertThat(said).filteredOn(line -> line.startsWith("OPEN")).hasSize(2);
  }

  @Test
  void whereTheRoundTripIsLongSilenceIsDoubtedAllTheSame() {
    DistantRendezvous far = new DistantRendezvous(900 * MS);
    grant();
    send("a");
    far.pass(RelayWayMachine.SETTLE + RelayWayMachine.PATIENCE);
    far.silent = true;
    said.clear();
    send("b");
    far.pass(3500 * MS + RelayWayMachine.PATIENCE);
    assertThat(said).contains("UDP>DOUBT", "DOUBT>LINK");
  }

  /**
   * Answers after a round trip, and as the rendezvous does: confirms of the last number only. For
   * an agent must not need one that also takes earlier ones.
   */
  private final class DistantRendezvous {
    private record Answer(long at, TransportAddress from, RelayControl control) {}

    private final long rtt;
    private final List<Answer> answers = new ArrayList<>();
    private long lastNumber;
    private boolean silent;

    /** Confirms that get lost, from now on. */
    private int lost;

    DistantRendezvous(long rtt) {
      this.rtt = rtt;
      answering = false;
      asked = this::asked;
    }

    private void asked(TransportAddress to, RelayControl control) {
      answers.add(new Answer(now + rtt / 2, to, control));
    }

    /** What reaches it, half a round trip after it left; and half a one later the answer. */
    private void arrive(Answer question) {
      RelayControl control = question.control();
      if (control.kind() == Kind.OPEN && control.number() > lastNumber) {
        lastNumber = control.number();
        RelayControl answer = control.followedBy(Kind.CHALLENGE, TOKEN);
        answers.add(new Answer(now + rtt / 2, question.from(), answer));
      } else if (control.kind() == Kind.CONFIRM && lost > 0) {
        lost--;
      } else if (control.kind() == Kind.CONFIRM && control.number() == lastNumber) {
        RelayControl answer = control.followedBy(Kind.OPENED, TOKEN);
        answers.add(new Answer(now + rtt / 2, question.from(), answer));
      }
    }

    void pass(long nanos) {
      long end = now + nanos;
      while (now - end < 0) {
        RelayWayMachineTest.this.pass(MS);
        for (Answer due : List.copyOf(answers)) {
          if (due.at() - now > 0) {
            continue;
          }
          answers.remove(due);
          Kind kind = due.control().kind();
          if (kind == Kind.OPEN || kind == Kind.CONFIRM) {
            arrive(due);
          } else if (!silent) {
            handle(new RelayWayIn.Received(due.from(), due.control().encode(KEY)));
          }
        }
      }
    }
  }

  @Test
  void aNewNetworkIsADoubtThatIsAskedAtOnce() {
    udp();
    answering = false;
    handle(new RelayWayIn.NetworkChanged("wlan0"));
    send("a");
    assertThat(said).containsExactly("UDP>DOUBT", "OPEN 2", "link a", "udp a");
  }

  @Test
  void halfAMinuteWithoutRelayingIsTheEndOfItUntilTheNextDatagram() {
    udp();
    pass(RelayWayMachine.IDLE);
    assertThat(machine.way()).isEqualTo(RelayWay.LINK);
    said.clear();
    pass(3600 * SECOND);
    assertThat(said).isEmpty();
    send("a");
    pass(SECOND);
    assertThat(said).startsWith("link a", "LINK>ASKING").doesNotContain("socket");
    assertThat(machine.way()).isEqualTo(RelayWay.UDP);
  }

  @Test
  void aVoidCookieIsTheEndOfItAndAnotherTheBeginning() {
    udp();
    handle(new RelayWayIn.Voided("no link"));
    send("a");
    receive(ONE, "late");
    assertThat(said).containsExactly("UDP>LINK", "link a");
    said.clear();
    grant();
    pass(SECOND);
    // numbers begin anew with a cookie
    assertThat(said).containsExactly("LINK>ASKING", "OPEN 1", "CONFIRM 1", "ASKING>UDP");
  }

  @Test
  void whatIsTooLongGoesOverTheLink() {
    udp();
    pass(RelayWayMachine.OVERLAP);
    send("x".repeat(RelayWire.MAX_PAYLOAD));
    send("y".repeat(RelayWire.MAX_PAYLOAD + 1));
    assertThat(said).hasSize(2);
    assertThat(said.get(0)).startsWith("udp x");
    assertThat(said.get(1)).startsWith("link y");
  }

  @Test
  void withoutASocketItStaysWithTheLink() {
    socketHad = false;
    grant();
    passBusily(120, false);
    assertThat(machine.way()).isEqualTo(RelayWay.LINK);
    assertThat(said).filteredOn("socket"::equals).hasSizeBetween(5, 9);
    assertThat(said).filteredOn(line -> line.startsWith("link")).hasSize(40);
  }

  /** Whatever happens, each datagram leaves by one way at least, and by none twice. */
  @Test
  void everyDatagramLeavesWhateverHappens() {
    for (int seed = 0; seed < 200; seed++) {
      RelayWayMachineTest world = new RelayWayMachineTest();
      Random random = new Random(seed);
      for (int i = 0; i < 300; i++) {
        world.said.clear();
        switch (random.nextInt(8)) {
          case 0 -> world.grant();
          case 1 -> world.handle(new RelayWayIn.Voided("test"));
          case 2 -> world.handle(new RelayWayIn.NetworkChanged("test"));
          case 3 -> world.answering = random.nextBoolean();
          case 4 -> world.socketHad = random.nextInt(4) > 0;
          case 5 -> world.receive(random.nextBoolean() ? ONE : TWO, "in");
          case 6 -> world.pass((long) (random.nextDouble() * 40 * SECOND));
          default -> {
            world.send("d" + i);
            long link = world.said.stream().filter(("link d" + i)::equals).count();
            long udp = world.said.stream().filter(("udp d" + i)::equals).count();
            assertThat(link).isLessThanOrEqualTo(1);
            assertThat(udp).isLessThanOrEqualTo(1);
            assertThat(link + udp).as("seed %s, step %s", seed, i).isPositive();
            assertThat(udp == 1)
                .isEqualTo(
                    world.machine.way() == RelayWay.UDP || world.machine.way() == RelayWay.DOUBT);
          }
        }
      }
    }
  }
}
