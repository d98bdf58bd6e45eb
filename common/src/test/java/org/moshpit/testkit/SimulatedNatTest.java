package org.moshpit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.sansio.TransportAddress;

/** The NATs behave as the kernel's do, as far as the tests rely on it. */
class SimulatedNatTest {
  private static final byte[] HELLO = {1};

  private final Simulation simulation = new Simulation(1);
  private final SimulatedNetwork network =
      new SimulatedNetwork(simulation, NetworkConditions.lossless());
  private final List<TransportAddress> seenByA = new ArrayList<>();
  private final List<TransportAddress> seenByB = new ArrayList<>();
  private final List<TransportAddress> seenInside = new ArrayList<>();

  private final SimulatedHost far = network.host(network.internet(), "198.51.100.1");
  private final SimulatedHost other = network.host(network.internet(), "198.51.100.2");
  private final SimulatedSocket a = far.open(1000, (from, bytes) -> seenByA.add(from));
  private final SimulatedSocket b = far.open(2000, (from, bytes) -> seenByB.add(from));
  private final SimulatedSocket c = other.open(1000, (from, bytes) -> {});

  private SimulatedNat nat;
  private SimulatedSocket inside;

  private void behind(NatBehaviour behaviour) {
    nat = network.nat(behaviour, network.internet(), "203.0.113.1");
    inside =
        network
            .host(nat.inside(), "192.168.1.10")
            .open(4000, (from, bytes) -> seenInside.add(from));
  }

  private void settle() {
    simulation.runFor(Duration.ofMillis(200));
  }

  @ParameterizedTest
  @CsvSource({
    "ENDPOINT_INDEPENDENT, true, true",
    "ADDRESS_DEPENDENT, true, false",
    "ADDRESS_AND_PORT_DEPENDENT, false, false"
  })
  void mapping(Dependence mapping, boolean sameForPorts, boolean sameForAddresses) {
    NatBehaviour random = NatBehaviour.random();
    behind(
        new NatBehaviour(
            mapping,
            random.filtering(),
            random.allocation(),
            512,
            random.timeout(),
            true,
            false,
            true,
            false));
    List<TransportAddress> seenByC = new ArrayList<>();
    SimulatedSocket d = other.open(3000, (from, bytes) -> seenByC.add(from));
    inside.send(a.address(), HELLO, 0);
    inside.send(b.address(), HELLO, 0);
    inside.send(d.address(), HELLO, 0);
    settle();
    assertThat(seenByA.get(0).equals(seenByB.get(0))).isEqualTo(sameForPorts);
    assertThat(seenByA.get(0).equals(seenByC.get(0))).isEqualTo(sameForAddresses);
  }

  @ParameterizedTest
  @CsvSource({
    "ENDPOINT_INDEPENDENT, true, true",
    "ADDRESS_DEPENDENT, true, false",
    "ADDRESS_AND_PORT_DEPENDENT, false, false"
  })
  void filtering(Dependence filtering, boolean otherPort, boolean otherAddress) {
    NatBehaviour home = NatBehaviour.home();
    behind(
        new NatBehaviour(
            home.mapping(),
            filtering,
            home.allocation(),
            512,
            home.timeout(),
            true,
            false,
            true,
            false));
    inside.send(a.address(), HELLO, 0);
    settle();
    TransportAddress mapped = seenByA.get(0);
    assertThat(mapped).hasToString("203.0.113.1:4000");
    a.send(mapped, HELLO, 0);
    settle();
    assertThat(seenInside).containsExactly(a.address());
    b.send(mapped, HELLO, 0);
    settle();
    assertThat(seenInside.contains(b.address())).isEqualTo(otherPort);
    c.send(mapped, HELLO, 0);
    settle();
    assertThat(seenInside.contains(c.address())).isEqualTo(otherAddress);
  }

  @Test
  void allocation() {
    behind(NatBehaviour.sequential());
    for (int port = 5000; port < 5004; port++) {
      inside.send(new TransportAddress(far.ip(), port), HELLO, 0);
    }
    inside.send(a.address(), HELLO, 0);
    inside.send(b.address(), HELLO, 0);
    settle();
    assertThat(seenByB.get(0).port()).isEqualTo(seenByA.get(0).port() + 1);
  }

  @Test
  void blocksStayTogether() {
    behind(NatBehaviour.block());
    SimulatedHost crowd = network.host(nat.inside(), "192.168.1.11");
    for (int port = 5000; port < 5100; port++) {
      crowd.open(port, (from, bytes) -> {}).send(a.address(), HELLO, 0);
    }
    settle();
    List<Integer> ports = seenByA.stream().map(TransportAddress::port).toList();
    assertThat(ports).hasSize(100).doesNotHaveDuplicates();
    int span =
        ports.stream().mapToInt(p -> p).max().orElseThrow()
            - ports.stream().mapToInt(p -> p).min().orElseThrow();
    assertThat(span).isLessThan(512);
  }

  /** As connection tracking has it: the port is taken only where somebody else is spoken to. */
  @Test
  void twoHostsShareAPortTowardsDifferentDestinations() {
    behind(NatBehaviour.home());
    SimulatedSocket second =
        network.host(nat.inside(), "192.168.1.11").open(4000, (from, bytes) -> {});
    inside.send(a.address(), HELLO, 0);
    second.send(b.address(), HELLO, 0);
    settle();
    assertThat(seenByB).containsExactly(seenByA.get(0));
    second.send(a.address(), HELLO, 0);
    settle();
    assertThat(seenByA).hasSize(2).doesNotHaveDuplicates();
  }

  /** What the whole business of openers is about. */
  @Test
  void anUnsolicitedPacketPoisonsTheTuple() {
    behind(NatBehaviour.home());
    TransportAddress mapped = TransportAddress.parse("203.0.113.1:4000");
    a.send(mapped, HELLO, 0);
    settle();
    assertThat(nat.poisonings()).isEqualTo(1);
    inside.send(a.address(), HELLO, 0);
    inside.send(b.address(), HELLO, 0);
    settle();
    assertThat(seenByA.get(0)).as("remapped for the intruder").isNotEqualTo(mapped);
    assertThat(seenByB.get(0)).as("and for all who come after it").isEqualTo(seenByA.get(0));
    a.send(mapped, HELLO, 0);
    settle();
    assertThat(seenInside).as("the punch has failed").isEmpty();
    a.send(seenByA.get(0), HELLO, 0);
    settle();
    assertThat(seenInside).containsExactly(a.address());
  }

  @Test
  void aLowTimeToLiveOpensTheNatAndDiesOnTheWay() {
    behind(NatBehaviour.home());
    inside.send(a.address(), HELLO, 5);
    settle();
    assertThat(seenByA).isEmpty();
    a.send(TransportAddress.parse("203.0.113.1:4000"), HELLO, 0);
    settle();
    assertThat(seenInside).containsExactly(a.address());
    assertThat(nat.poisonings()).isZero();
  }

  @Test
  void aTimeToLiveOfOneDoesNotEvenPassTheNat() {
    behind(NatBehaviour.home());
    inside.send(a.address(), HELLO, 1);
    settle();
    assertThat(nat.liveMappings()).isZero();
    inside.send(a.address(), HELLO, 6);
    settle();
    assertThat(seenByA).as("one for the NAT, four for the core, one left").hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  void mappingsTimeOutUnlessRefreshed(boolean inboundRefreshes, boolean survives) {
    behind(NatBehaviour.home().withTimeout(Duration.ofSeconds(10), inboundRefreshes));
    inside.send(a.address(), HELLO, 0);
    settle();
    for (int i = 0; i < 5; i++) {
      simulation.runFor(Duration.ofSeconds(4));
      a.send(TransportAddress.parse("203.0.113.1:4000"), HELLO, 0);
      settle();
    }
    assertThat(seenInside).hasSize(survives ? 5 : 2);
  }

  @Test
  void natsInSeriesTranslateTwice() {
    SimulatedNat carrier = network.nat(NatBehaviour.cgnat(), network.internet(), "203.0.113.1");
    SimulatedNat home = network.nat(NatBehaviour.home(), carrier.inside(), "100.64.0.2");
    SimulatedSocket laptop =
        network
            .host(home.inside(), "192.168.1.10")
            .open(4000, (from, bytes) -> seenInside.add(from));
    laptop.send(a.address(), HELLO, 0);
    settle();
    assertThat(seenByA.get(0).ip()).isEqualTo(carrier.ip());
    assertThat(seenByA.get(0).port()).isNotEqualTo(4000);
    a.send(seenByA.get(0), HELLO, 0);
    settle();
    assertThat(seenInside).containsExactly(a.address());
    laptop.send(b.address(), HELLO, 5);
    settle();
    b.send(seenByA.get(0), HELLO, 0);
    settle();
    assertThat(seenInside).as("time to live five passes both").contains(b.address());
  }

  @Test
  void hairpinOnlyWhereThereIsOne() {
    behind(NatBehaviour.eif().hairpin(true));
    List<TransportAddress> neighbour = new ArrayList<>();
    SimulatedSocket second =
        network.host(nat.inside(), "192.168.1.11").open(5000, (from, bytes) -> neighbour.add(from));
    second.send(a.address(), HELLO, 0);
    settle();
    inside.send(seenByA.get(0), HELLO, 0);
    settle();
    assertThat(neighbour).containsExactly(TransportAddress.parse("203.0.113.1:4000"));
    nat.behave(NatBehaviour.eif());
    inside.send(seenByA.get(0), HELLO, 0);
    settle();
    assertThat(neighbour).hasSize(1);
  }

  @Test
  void blockedUdpIsBlockedBothWays() {
    behind(NatBehaviour.udpBlocked());
    inside.send(a.address(), HELLO, 0);
    a.send(TransportAddress.parse("203.0.113.1:4000"), HELLO, 0);
    settle();
    assertThat(seenByA).isEmpty();
    assertThat(seenInside).isEmpty();
  }
}
