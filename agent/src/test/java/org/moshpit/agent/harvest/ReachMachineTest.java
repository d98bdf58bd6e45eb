package org.moshpit.agent.harvest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.XorMappedAddress;

class ReachMachineTest {
  private static final byte[] KEY = new byte[32];
  private static final SocketId SOCKET = new SocketId(7);
  private static final TransportAddress BASE = TransportAddress.parse("192.168.1.2:4711");
  private static final TransportAddress FIRST = TransportAddress.parse("192.0.2.1:3478");
  private static final TransportAddress SECOND = TransportAddress.parse("192.0.2.1:3479");
  private static final long SECONDS = 1_000_000_000L;

  private ReachMachine machine =
      ReachMachine.ofAgent(
          new StunCredentials(new byte[8], KEY), new SplittableRandom(1), new StunBudget());

  private List<Transmit> begin(TransportAddress... servers) {
    machine.handle(0, new DiscoveryIn.Start(1_700_000_000_000L, List.of(servers)));
    assertThat(machine.pollEvent()).isEqualTo(new DiscoveryOut.Open(1));
    machine.handle(0, new DiscoveryIn.Opened(List.of(new DiscoveryIn.Local(SOCKET, BASE))));
    return sent();
  }

  private List<Transmit> sent() {
    List<Transmit> all = new ArrayList<>();
    for (Transmit one = machine.pollTransmit(); one != null; one = machine.pollTransmit()) {
      all.add(one);
    }
    return all;
  }

  private static Parsed request(Transmit transmit) {
    return (Parsed) StunParser.parse(transmit.payload());
  }

  private void answer(TransactionId id, TransportAddress from, byte[] key) {
    StunMessage message = StunMessage.success(id, new XorMappedAddress(BASE));
    byte[] bytes = key == null ? StunEncoder.encode(message) : StunEncoder.encode(message, key);
    machine.handle(SECONDS / 10, new DiscoveryIn.Received(SOCKET, from, bytes));
  }

  private void answer(Transmit transmit, byte[] key) {
    answer(request(transmit).message().transactionId(), transmit.destination(), key);
  }

  private void waitForAll() {
    while (machine.nextDeadline() != Machine.NO_DEADLINE) {
      long due = machine.nextDeadline();
      assertThat(due).isLessThanOrEqualTo(24 * SECONDS / 10);
      machine.handleTimeout(due);
    }
  }

  @Test
  void everyServerIsAskedAtOnceAndWhoAnswersIsTold() {
    List<Transmit> requests = begin(FIRST, SECOND);
    assertThat(requests).extracting(Transmit::destination).containsExactly(FIRST, SECOND);
    assertThat(requests).allSatisfy(r -> assertThat(request(r).verifies(KEY)).isTrue());
    answer(requests.get(0), KEY);
    assertThat(machine.pollEvent()).isNull();
    answer(requests.get(1), KEY);
    assertThat(machine.pollEvent()).isEqualTo(new DiscoveryOut.Answered(Set.of(FIRST, SECOND)));
    assertThat(machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void whoIsSilentIsAskedFourTimesAndGivenUpInTime() {
    List<Transmit> requests = begin(FIRST, SECOND);
    answer(requests.get(0), KEY);
    waitForAll();
    assertThat(sent()).hasSize(3).extracting(Transmit::destination).containsOnly(SECOND);
    assertThat(machine.pollEvent()).isEqualTo(new DiscoveryOut.Answered(Set.of(FIRST)));
  }

  @Test
  void anAgentBelievesOnlyItsRendezvous() {
    List<Transmit> requests = begin(FIRST);
    answer(requests.get(0), null);
    byte[] other = KEY.clone();
    other[0] = 1;
    answer(requests.get(0), other);
    answer(request(requests.get(0)).message().transactionId(), SECOND, KEY);
    assertThat(machine.pollEvent()).isNull();
    waitForAll();
    assertThat(machine.pollEvent()).isEqualTo(new DiscoveryOut.Answered(Set.of()));
  }

  @Test
  void aStrangerSaysNothingOfItselfAndTakesWhatMatches() {
    machine = ReachMachine.ofStranger(new SplittableRandom(1), new StunBudget());
    List<Transmit> requests = begin(FIRST);
    assertThat(requests.get(0).payload()).hasSize(StunMessage.HEADER_LENGTH);
    answer(TransactionId.random(new SplittableRandom(9)), FIRST, null);
    assertThat(machine.pollEvent()).isNull();
    answer(requests.get(0), null);
    assertThat(machine.pollEvent()).isEqualTo(new DiscoveryOut.Answered(Set.of(FIRST)));
  }

  @Test
  void withoutAServerOrASocketItIsOver() {
    assertThat(begin()).isEmpty();
    assertThat(machine.pollEvent()).isEqualTo(new DiscoveryOut.Answered(Set.of()));
    ReachMachine other = ReachMachine.ofStranger(new SplittableRandom(1), new StunBudget());
    other.handle(0, new DiscoveryIn.Start(0, List.of(FIRST)));
    other.pollEvent();
    other.handle(0, new DiscoveryIn.Opened(List.of()));
    assertThat(other.pollEvent()).isEqualTo(new DiscoveryOut.Answered(Set.of()));
  }
}
