package org.moshpit.agent.harvest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.agent.harvest.ObserverOut.AddressChanged;
import org.moshpit.agent.harvest.ObserverOut.NatFound;
import org.moshpit.agent.harvest.ObserverOut.Observed;
import org.moshpit.agent.harvest.ObserverOut.Probed;
import org.moshpit.agent.harvest.ObserverOut.Unanswered;
import org.moshpit.common.nat.Allocation;
import org.moshpit.common.nat.Filtering;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.nat.PortPattern;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.Nonce;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.TimeAttribute;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.XorMappedAddress;
import org.moshpit.testkit.Dependence;
import org.moshpit.testkit.NatBehaviour;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.SimulatedDriver;
import org.moshpit.testkit.SimulatedHost;
import org.moshpit.testkit.SimulatedNat;
import org.moshpit.testkit.SimulatedNetwork;
import org.moshpit.testkit.Simulation;

class ObserverMachineTest {
  private static final long NOW_MILLIS = 1_700_000_000_000L;
  private static final byte[] KEY = new byte[32];
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Simulation simulation = new Simulation(5);
  private final SimulatedNetwork network =
      new SimulatedNetwork(simulation, NetworkConditions.lossless());
  private final SimulatedStunServer server =
      new SimulatedStunServer(KEY, network.host(network.internet(), "198.51.100.1"));
  private final List<ObserverOut> events = new ArrayList<>();
  private final ObserverMachine machine =
      new ObserverMachine(new StunCredentials(new byte[8], KEY), new SplittableRandom(7));
  private SimulatedNat nat;
  private SimulatedDriver<ObserverIn, ObserverOut> driver;

  private void behind(NatBehaviour behaviour) {
    nat = network.nat(behaviour, network.internet(), "203.0.113.5");
    on(network.host(nat.inside(), "192.168.1.2"));
  }

  private void on(SimulatedHost host) {
    driver =
        simulation.drive(
            machine,
            host,
            new SimulatedDriver.Ports<>() {
              @Override
              public ObserverIn datagram(SocketId socket, TransportAddress from, byte[] payload) {
                return machine.expects(socket, payload)
                    ? new ObserverIn.Received(socket, from, payload)
                    : null;
              }

              @Override
              public void event(ObserverOut event) {
                events.add(event);
              }
            });
  }

  private void start() {
    driver.handle(new ObserverIn.Clock(NOW_MILLIS));
    driver.handle(new ObserverIn.Servers(server.addresses()));
  }

  private SocketId watch(long wireId, boolean keptAlive) {
    SocketId socket = driver.open(0);
    driver.handle(new ObserverIn.Watch(socket, wireId, driver.base(socket), keptAlive));
    return socket;
  }

  @Test
  void aSocketBehindAnEndpointIndependentNatIsSeenOnceAndClaimedOnce() {
    behind(NatBehaviour.cgnat());
    start();
    SocketId socket = watch(77, false);

    simulation.runFor(PATIENCE);

    TransportAddress seen = server.sources().get(0);
    assertThat(seen.ip()).isEqualTo(nat.ip());
    assertThat(all(Observed.class)).hasSize(2);
    Observed first = all(Observed.class).get(0);
    assertThat(first.socket()).isEqualTo(socket);
    assertThat(first.wireId()).isEqualTo(77);
    assertThat(first.address()).isEqualTo(seen);
    assertThat(first.claim()).isTrue();
    assertThat(first.nonce()).startsWith("77/" + NOW_MILLIS);
    assertThat(Duration.ofNanos(first.rttNanos()))
        .isBetween(Duration.ofMillis(100), Duration.ofMillis(110));
    assertThat(all(Observed.class).get(1).claim()).isFalse();
    assertThat(machine.observed(socket)).contains(seen);
    assertThat(all(NatFound.class)).hasSize(1);
    assertThat(machine.behaviour().mapping()).isEqualTo(Mapping.ENDPOINT_INDEPENDENT);
    assertThat(server.requests()).hasSize(2);
  }

  /** No socket has port 0; whoever has the STUN key may say so all the same. */
  @Test
  void anAnswerWithPortZeroIsNoAnswer() {
    behind(NatBehaviour.home());
    server.sees(address -> new TransportAddress(address.ip(), 0));
    start();
    watch(77, false);

    simulation.runFor(PATIENCE);

    assertThat(all(Observed.class)).isEmpty();
    assertThat(all(Unanswered.class)).hasSize(1);
  }

  @Test
  void noRequestIsSmallerThanTheLargestAnswer() {
    behind(NatBehaviour.home());
    List<Integer> sizes = new ArrayList<>();
    network.tap(packet -> sizes.add(packet.payload().length));
    start();
    watch(1, false);

    simulation.runFor(PATIENCE);

    assertThat(sizes).hasSize(4).first().isEqualTo(136);
    assertThat(sizes.get(2)).isLessThanOrEqualTo(136);
  }

  @ParameterizedTest
  @CsvSource({
    "home, ENDPOINT_INDEPENDENT, PRESERVING",
    "random, ADDRESS_AND_PORT_DEPENDENT, RANDOM",
    "sequential, ADDRESS_AND_PORT_DEPENDENT, SEQUENTIAL",
    "block, ADDRESS_AND_PORT_DEPENDENT, BLOCK"
  })
  void theNatIsToldFromAFewSockets(String name, Mapping mapping, Allocation allocation) {
    behind(named(name));
    start();
    for (int i = 0; i < 4; i++) {
      watch(i, false);
    }

    simulation.runFor(PATIENCE);

    assertThat(machine.behaviour().mapping()).isEqualTo(mapping);
    assertThat(machine.behaviour().allocation()).isEqualTo(allocation);
    assertThat(all(NatFound.class)).last().isEqualTo(new NatFound(machine.behaviour()));
  }

  @Test
  void withoutNatThereIsNone() {
    on(network.host(network.internet(), "203.0.113.9"));
    start();
    watch(1, false);

    simulation.runFor(PATIENCE);

    assertThat(machine.behaviour().mapping()).isEqualTo(Mapping.NONE);
    assertThat(machine.behaviour().allocation()).isEqualTo(Allocation.PRESERVING);
  }

  @Test
  void nothingIsSentBeforeTheClockAndTheServersAreKnown() {
    behind(NatBehaviour.home());
    watch(1, true);
    simulation.runFor(PATIENCE);
    driver.handle(new ObserverIn.Clock(NOW_MILLIS));
    simulation.runFor(PATIENCE);
    assertThat(server.requests()).isEmpty();

    driver.handle(new ObserverIn.Servers(server.addresses()));
    simulation.runFor(Duration.ofSeconds(1));

    assertThat(server.requests()).hasSize(2);
    assertThat(time(0)).isEqualTo(NOW_MILLIS + PATIENCE.toMillis());
  }

  @Test
  void aKeptAliveMappingOutlivesItsNatsTimeoutForAnHour() {
    behind(NatBehaviour.cgnat().withTimeout(Duration.ofSeconds(30), false));
    start();
    SocketId socket = watch(1, true);
    simulation.runFor(Duration.ofHours(1));

    assertThat(server.sources()).allMatch(machine.observed(socket).orElseThrow()::equals);
    assertThat(all(Observed.class)).hasSize(2);
    assertThat(server.requests()).hasSizeBetween(3600 / 27, 2 + 3600 / 18);
    assertThat(IntStream.range(2, 20).mapToLong(i -> time(i + 1) - time(i)).distinct().count())
        .as("jitter")
        .isGreaterThan(10);
  }

  @Test
  void anotherPublicAddressIsNoticedAndClaimed() {
    behind(NatBehaviour.cgnat());
    start();
    SocketId socket = watch(1, true);
    simulation.runFor(Duration.ofSeconds(60));
    events.clear();

    nat.readdress("203.0.113.77");
    simulation.runFor(Duration.ofSeconds(30));

    Observed news = all(Observed.class).get(0);
    assertThat(news.claim()).isTrue();
    assertThat(news.address().ip().getHostAddress()).isEqualTo("203.0.113.77");
    assertThat(machine.observed(socket)).contains(news.address());
    assertThat(all(Observed.class).stream().filter(Observed::claim)).hasSize(1);
    assertThat(all(AddressChanged.class)).hasSize(1);
    assertThat(machine.behaviour().mapping()).isEqualTo(Mapping.ENDPOINT_INDEPENDENT);
  }

  @Test
  void soItIsWhenTheOtherServerAnsweredFirst() {
    behind(NatBehaviour.home());
    Runnable unblock = network.block(packet -> packet.source().port() == SimulatedStunServer.PORT);
    start();
    watch(1, true);
    simulation.runFor(Duration.ofMillis(300));
    assertThat(all(Observed.class)).hasSize(1);
    unblock.run();
    simulation.runFor(Duration.ofSeconds(60));

    nat.readdress("203.0.113.77");
    simulation.runFor(Duration.ofSeconds(30));

    assertThat(all(AddressChanged.class)).hasSize(1);
  }

  @Test
  void soItIsAfterASilence() {
    behind(NatBehaviour.home());
    start();
    watch(1, true);
    simulation.runFor(Duration.ofSeconds(60));
    nat.behave(NatBehaviour.udpBlocked());
    simulation.runFor(Duration.ofMinutes(2));
    assertThat(all(Unanswered.class)).hasSize(1);

    nat.behave(NatBehaviour.home());
    nat.readdress("203.0.113.77");
    simulation.runFor(Duration.ofSeconds(75));

    assertThat(all(AddressChanged.class)).hasSize(1);
  }

  @Test
  void anAddressThatChangesWithEachMappingIsToldOnceAMinute() {
    behind(NatBehaviour.cgnat());
    start();
    watch(1, true);
    simulation.runFor(Duration.ofSeconds(60));
    events.clear();
    for (int i = 0; i < 8; i++) {
      nat.readdress("203.0.113." + (100 + i));
      simulation.runFor(Duration.ofSeconds(30));
    }
    assertThat(all(Observed.class).stream().filter(Observed::claim)).hasSize(8);
    assertThat(all(AddressChanged.class)).hasSizeBetween(3, 4);
  }

  @Test
  void anotherPortAnotherNetworkAndTheFirstAddressAreNoChangeOfAddress() {
    behind(NatBehaviour.random());
    start();
    watch(1, true);
    simulation.runFor(Duration.ofSeconds(60));
    nat.reboot();
    simulation.runFor(Duration.ofSeconds(60));
    nat.readdress("203.0.113.77");
    driver.handle(new ObserverIn.NetworkChanged());
    simulation.runFor(Duration.ofSeconds(60));

    assertThat(all(Observed.class).stream().filter(Observed::claim)).hasSizeGreaterThan(2);
    assertThat(all(AddressChanged.class)).isEmpty();
  }

  @Test
  void silenceIsSaidOnceAndAskedIntoEverMoreSlowly() {
    behind(NatBehaviour.udpBlocked());
    start();
    SocketId socket = watch(1, true);
    List<Duration> sent = new ArrayList<>();
    network.tap(packet -> sent.add(simulation.time().elapsed()));

    assertThat(simulation.runUntil(() -> !events.isEmpty(), Duration.ofSeconds(8))).isTrue();
    assertThat(events).containsExactly(new Unanswered(socket));

    nat.behave(NatBehaviour.home());
    server.silent(true);
    simulation.runFor(Duration.ofHours(1));
    assertThat(events).hasSize(1);
    assertThat(sent).hasSizeLessThan(10 * 65);

    server.silent(false);
    simulation.runFor(Duration.ofSeconds(90));
    assertThat(all(Observed.class)).isNotEmpty();
    assertThat(all(Observed.class).get(0).claim()).isTrue();
  }

  @Test
  void retransmissionsFollowTheirSchedule() {
    behind(NatBehaviour.home());
    server.silent(true);
    List<Long> sent = new ArrayList<>();
    network.tap(
        packet -> {
          if (packet.destination().port() == SimulatedStunServer.PORT) {
            sent.add(simulation.time().elapsed().toMillis());
          }
        });
    start();
    watch(1, false);

    simulation.runFor(Duration.ofSeconds(9));

    assertThat(sent).containsExactly(0L, 200L, 700L, 1700L, 3700L);
    assertThat(server.requests().stream().map(r -> r.message().transactionId()).distinct())
        .hasSize(2);
  }

  @Test
  void lossOfEveryThirdDatagramDelaysButDoesNotMislead() {
    network.conditions(NetworkConditions.lossless().withLoss(0.33));
    behind(NatBehaviour.cgnat());
    start();
    for (int i = 0; i < 20; i++) {
      watch(i, false);
    }

    simulation.runFor(PATIENCE);

    assertThat(all(Observed.class).stream().filter(Observed::claim).map(Observed::socket))
        .doesNotHaveDuplicates()
        .hasSize(20);
    assertThat(machine.behaviour().mapping()).isEqualTo(Mapping.ENDPOINT_INDEPENDENT);
  }

  @Test
  void aRefreshBringsANewTokenOfTheSameAddress() {
    behind(NatBehaviour.cgnat());
    start();
    SocketId socket = watch(1, true);
    simulation.runFor(Duration.ofSeconds(5));
    events.clear();

    driver.handle(new ObserverIn.Refresh(socket));
    simulation.runFor(Duration.ofSeconds(1));

    assertThat(all(Observed.class)).hasSize(1);
    assertThat(all(Observed.class).get(0).claim()).isTrue();
    assertThat(all(Observed.class).get(0).nonce()).isEqualTo("1/" + (NOW_MILLIS + 5000));
  }

  @Test
  void aClaimThatWasRefusedIsMadeAgainWithANewToken() {
    behind(NatBehaviour.cgnat());
    start();
    watch(1, true);
    watch(2, true);
    simulation.runFor(Duration.ofSeconds(5));
    events.clear();

    driver.handle(new ObserverIn.ClaimRefused(1));
    driver.handle(new ObserverIn.ClaimRefused(99)); // of a socket that is no more
    simulation.runFor(Duration.ofSeconds(1));

    assertThat(all(Observed.class)).hasSize(1);
    assertThat(all(Observed.class).get(0).wireId()).isEqualTo(1);
    assertThat(all(Observed.class).get(0).claim()).isTrue();
    assertThat(all(Observed.class).get(0).nonce()).isEqualTo("1/" + (NOW_MILLIS + 5000));
  }

  /** A rendezvous that refuses every claim is asked every ten seconds, not at once each time. */
  @Test
  void claimsThatAreRefusedAgainAndAgainAreNoStream() {
    behind(NatBehaviour.cgnat());
    start();
    watch(1, false);
    simulation.runFor(Duration.ofSeconds(5));
    events.clear();
    int before = server.requests().size();

    for (int second = 0; second < 59; second++) {
      for (int i = 0; i < 10; i++) {
        driver.handle(new ObserverIn.ClaimRefused(1));
      }
      simulation.runFor(Duration.ofSeconds(1));
    }

    assertThat(all(Observed.class)).hasSize(6).allMatch(Observed::claim);
    assertThat(server.requests()).hasSize(before + 6);

    // the last refusal is not forgotten, and nothing follows it
    simulation.runFor(Duration.ofSeconds(60));
    assertThat(server.requests()).hasSize(before + 7);
  }

  @Test
  void aRefreshWhileTheOtherServerIsSlowAsksTheReferenceAgain() {
    behind(NatBehaviour.cgnat());
    network.block(packet -> packet.source().port() == SimulatedStunServer.PORT + 1);
    start();
    SocketId socket = watch(1, true);
    simulation.runFor(Duration.ofSeconds(1));
    events.clear();

    driver.handle(new ObserverIn.Refresh(socket));
    simulation.runFor(Duration.ofSeconds(1));

    assertThat(all(Observed.class)).hasSize(1);
    assertThat(all(Observed.class).get(0).claim()).isTrue();
  }

  @Test
  void aClockThatWasADayOffIsPutRightAndTheRequestsGoOutAgain() {
    behind(NatBehaviour.home());
    server.silent(true);
    start();
    watch(1, true);
    simulation.runFor(Duration.ofSeconds(1));
    int before = server.requests().size();

    server.silent(false);
    driver.handle(new ObserverIn.Clock(NOW_MILLIS + Duration.ofDays(1).toMillis()));
    simulation.runFor(Duration.ofMillis(150));

    assertThat(all(Observed.class)).isNotEmpty();
    assertThat(time(before)).isEqualTo(NOW_MILLIS + Duration.ofDays(1).toMillis());
  }

  @Test
  void anotherNetworkStartsAllOver() {
    behind(NatBehaviour.cgnat());
    start();
    watch(1, false);
    simulation.runFor(Duration.ofSeconds(1));
    events.clear();

    nat.behave(NatBehaviour.random());
    nat.reboot();
    driver.handle(new ObserverIn.NetworkChanged());
    simulation.runFor(Duration.ofSeconds(1));

    assertThat(all(Observed.class)).hasSize(2);
    assertThat(machine.behaviour().mapping()).isEqualTo(Mapping.ADDRESS_AND_PORT_DEPENDENT);
  }

  @Test
  void whatDiscoveryFoundHoldsUntilTheNetworkChanges() {
    behind(NatBehaviour.block());
    start();
    watch(1, false);
    simulation.runFor(Duration.ofSeconds(1));
    assertThat(machine.behaviour().allocation()).isEqualTo(Allocation.UNKNOWN);

    driver.handle(
        new ObserverIn.Discovered(
            new org.moshpit.common.nat.NatBehaviour(
                Mapping.ADDRESS_DEPENDENT, Filtering.ADDRESS_DEPENDENT, Allocation.BLOCK),
            new PortPattern(Allocation.BLOCK, 0, 20480, 20991)));
    assertThat(machine.ports()).isEqualTo(new PortPattern(Allocation.BLOCK, 0, 20480, 20991));
    org.moshpit.common.nat.NatBehaviour told =
        new org.moshpit.common.nat.NatBehaviour(
            Mapping.ADDRESS_AND_PORT_DEPENDENT, Filtering.ADDRESS_DEPENDENT, Allocation.BLOCK);
    assertThat(machine.behaviour()).isEqualTo(told);
    assertThat(all(NatFound.class)).last().isEqualTo(new NatFound(told));

    driver.handle(new ObserverIn.NetworkChanged());
    simulation.runFor(Duration.ofSeconds(1));
    assertThat(machine.behaviour().filtering()).isEqualTo(Filtering.UNKNOWN);
    assertThat(machine.ports().allocation()).isEqualTo(Allocation.UNKNOWN);
    assertThat(machine.behaviour().allocation()).isEqualTo(Allocation.UNKNOWN);
  }

  /** Packets in a minute to hosts that do not answer, with so many lists of servers. */
  private static int aimed(int sockets, int lists, boolean ports) {
    ObserverMachine alone =
        new ObserverMachine(new StunCredentials(new byte[8], KEY), new SplittableRandom(7));
    alone.handle(0, new ObserverIn.Clock(NOW_MILLIS));
    for (int i = 0; i < sockets; i++) {
      TransportAddress base = TransportAddress.parse("10.0.0.2:" + (40_000 + i));
      alone.handle(0, new ObserverIn.Watch(new SocketId(i + 1), i, base, true));
    }
    int sent = 0;
    long now = 0;
    for (int i = 0; i < lists; i++) {
      int first = ports ? 5000 + 2 * i : 5000 + i % 2;
      int second = ports ? first + 1 : 5001 - i % 2;
      alone.handle(
          now,
          new ObserverIn.Servers(
              List.of(
                  TransportAddress.parse("198.51.100.7:" + first),
                  TransportAddress.parse("198.51.100.7:" + second))));
      long until = (i + 1) * Duration.ofMinutes(1).toNanos() / lists;
      while (alone.nextDeadline() - until < 0) {
        now = alone.nextDeadline();
        alone.handleTimeout(now);
      }
      now = until;
      while (alone.pollTransmit() != null) {
        sent++;
      }
    }
    return sent;
  }

  @Test
  void aHostThatDoesNotAnswerGetsLittleHoweverManySocketsAndLists() {
    assertThat(aimed(8, 1, true)).isBetween(120, 180);
    assertThat(aimed(100, 60, true)).isLessThanOrEqualTo(180);
    assertThat(aimed(100, 60, false)).isLessThanOrEqualTo(180);
  }

  @Test
  void theSameServersInAnotherOrderRestartNothing() {
    // One socket: its round of five, and later ones, for each of two ports.
    assertThat(aimed(1, 60, false)).isEqualTo(aimed(1, 1, false)).isLessThan(41);
  }

  @Test
  void onlySoManySilentHostsAreAskedAtOnce() {
    StunBudget budget = new StunBudget();
    int sent = 0;
    for (int host = 1; host <= 200; host++) {
      TransportAddress address = TransportAddress.parse("198.51.100." + host + ":1");
      for (int i = 0; i < 200; i++) {
        sent += budget.take(0, address.ip()) ? 1 : 0;
      }
    }
    assertThat(sent).isEqualTo(StunBudget.HOSTS * StunBudget.BURST);
    TransportAddress other = TransportAddress.parse("203.0.113.9:1");
    assertThat(budget.take(0, other.ip())).isFalse();
    assertThat(budget.take(Duration.ofSeconds(121).toNanos(), other.ip())).isTrue();
  }

  @Test
  void aServerThatAnswersIsAskedFromAHundredSockets() {
    behind(NatBehaviour.cgnat());
    start();
    for (int i = 0; i < 100; i++) {
      watch(i, true);
    }
    simulation.runFor(Duration.ofSeconds(1));
    assertThat(all(Observed.class).stream().filter(Observed::claim)).hasSize(100);

    events.clear();
    driver.handle(new ObserverIn.NetworkChanged());
    simulation.runFor(Duration.ofSeconds(1));
    assertThat(all(Observed.class).stream().filter(Observed::claim)).hasSize(100);
  }

  @Test
  void eightSocketsComeBackAfterAnHourOfSilence() {
    behind(NatBehaviour.home());
    server.silent(true);
    start();
    for (int i = 0; i < 8; i++) {
      watch(i, true);
    }
    simulation.runFor(Duration.ofHours(1));
    server.silent(false);
    simulation.runFor(Duration.ofSeconds(90));
    assertThat(all(Observed.class).stream().filter(Observed::claim)).hasSize(8);
  }

  @Test
  void anUnwatchedSocketIsSilent() {
    behind(NatBehaviour.home());
    start();
    SocketId socket = watch(1, true);
    driver.handle(new ObserverIn.Unwatch(socket));
    int before = server.requests().size();

    simulation.runFor(Duration.ofMinutes(10));

    assertThat(server.requests()).hasSizeLessThanOrEqualTo(before + 2);
    assertThat(events).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "eif, ENDPOINT_INDEPENDENT",
    "adf, ADDRESS_DEPENDENT",
    "home, ADDRESS_AND_PORT_DEPENDENT"
  })
  void aProbeFindsTheFilteringWhereTheServersHaveTwoAddresses(String name, Filtering filtering) {
    SimulatedStunServer two =
        new SimulatedStunServer(
            KEY,
            network.host(network.internet(), "198.51.100.2"),
            network.host(network.internet(), "198.51.100.3"));
    behind(named(name));
    driver.handle(new ObserverIn.Clock(NOW_MILLIS));
    driver.handle(new ObserverIn.Servers(two.addresses()));
    watch(1, true);
    SocketId spare = driver.open(0);
    driver.handle(new ObserverIn.Probe(spare, 2, driver.base(spare)));

    simulation.runFor(Duration.ofSeconds(20));

    assertThat(machine.behaviour().filtering()).isEqualTo(filtering);
    assertThat(events).contains(new Probed(spare));
    assertThat(all(Observed.class)).noneMatch(o -> o.socket().equals(spare));
  }

  /** Else it would depend on whose answer is quicker where a mapping depends on the address. */
  @Test
  void thePreferredServersViewCountsAlsoIfAnotherAnswersSooner() {
    SimulatedHost secondHost = network.host(network.internet(), "198.51.100.2");
    SimulatedStunServer second = new SimulatedStunServer(KEY, secondHost);
    List<TransportAddress> servers = new ArrayList<>(server.addresses());
    servers.addAll(second.addresses());
    Runnable unblock = network.block(packet -> server.addresses().contains(packet.source()));
    behind(NatBehaviour.random().withMapping(Dependence.ADDRESS_DEPENDENT));
    driver.handle(new ObserverIn.Clock(NOW_MILLIS));
    driver.handle(new ObserverIn.Servers(servers));
    SocketId socket = watch(1, true);
    assertThat(simulation.runUntil(() -> !all(Observed.class).isEmpty(), PATIENCE)).isTrue();
    TransportAddress sooner = all(Observed.class).get(0).address();
    assertThat(machine.observed(socket)).as("nobody waits for the other").contains(sooner);

    unblock.run();
    simulation.runFor(PATIENCE);

    TransportAddress preferred = server.sources().get(0);
    assertThat(second.sources()).containsOnly(sooner).doesNotContain(preferred);
    assertThat(machine.observed(socket)).contains(preferred);
    assertThat(all(Observed.class).stream().filter(Observed::claim).map(Observed::address))
        .containsExactly(sooner, preferred);
    assertThat(machine.behaviour().mapping()).isEqualTo(Mapping.ADDRESS_DEPENDENT);
    assertThat(time(server.requests().size() - 1))
        .as("kept alive")
        .isGreaterThan(NOW_MILLIS + 9000);
  }

  @Test
  void withOneAddressAProbeTellsTheStrictestFilteringOnly() {
    behind(NatBehaviour.home());
    start();
    SocketId spare = driver.open(0);
    driver.handle(new ObserverIn.Probe(spare, 2, driver.base(spare)));
    simulation.runFor(Duration.ofSeconds(20));
    assertThat(machine.behaviour().filtering()).isEqualTo(Filtering.ADDRESS_AND_PORT_DEPENDENT);

    nat.behave(NatBehaviour.eif());
    driver.handle(new ObserverIn.NetworkChanged());
    SocketId another = driver.open(0);
    driver.handle(new ObserverIn.Probe(another, 3, driver.base(another)));
    simulation.runFor(Duration.ofSeconds(20));
    assertThat(machine.behaviour().filtering()).isEqualTo(Filtering.UNKNOWN);
  }

  @Test
  void aFeignedAnswerMovesNothing() {
    ObserverMachine alone =
        new ObserverMachine(new StunCredentials(new byte[8], KEY), new SplittableRandom(7));
    TransportAddress stun = server.addresses().get(0);
    SocketId socket = new SocketId(9);
    alone.handle(0, new ObserverIn.Clock(NOW_MILLIS));
    alone.handle(0, new ObserverIn.Servers(List.of(stun)));
    alone.handle(
        0, new ObserverIn.Watch(socket, 1, TransportAddress.parse("192.168.1.2:5000"), true));
    byte[] request = alone.pollTransmit().payload();
    TransactionId id = TransactionId.of(Arrays.copyOfRange(request, 8, 20));
    StunMessage feigned =
        StunMessage.success(
            id, new XorMappedAddress(TransportAddress.parse("203.0.113.66:6")), new Nonce("n"));
    byte[] other = KEY.clone();
    other[0] = 1;

    for (byte[] answer :
        List.of(
            StunEncoder.encode(feigned),
            StunEncoder.encodeWithFingerprint(feigned),
            StunEncoder.encode(feigned, other))) {
      assertThat(alone.expects(socket, answer)).isTrue();
      alone.handle(1, new ObserverIn.Received(socket, stun, answer));
    }
    alone.handle(
        1,
        new ObserverIn.Received(
            socket, TransportAddress.parse("203.0.113.66:6"), StunEncoder.encode(feigned, KEY)));
    assertThat(alone.pollEvent()).isNull();

    alone.handle(1, new ObserverIn.Received(socket, stun, StunEncoder.encode(feigned, KEY)));
    assertThat(alone.pollEvent()).isInstanceOf(Observed.class);
  }

  @Test
  void whatItDoesNotWaitForIsNotItsBusiness() {
    behind(NatBehaviour.home());
    start();
    SocketId socket = watch(1, false);

    assertThat(machine.expects(socket, new byte[0])).isFalse();
    assertThat(machine.expects(socket, new byte[40])).isFalse();
    assertThat(
            machine.expects(
                socket, StunEncoder.encode(StunMessage.success(new TransactionId(1, 1)))))
        .isFalse();
    assertThat(machine.expects(new SocketId(1234), new byte[20])).isFalse();
  }

  private <T> List<T> all(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private long time(int request) {
    return server
        .requests()
        .get(request)
        .message()
        .first(TimeAttribute.class)
        .orElseThrow()
        .unixMillis();
  }

  private static NatBehaviour named(String name) {
    return switch (name) {
      case "home" -> NatBehaviour.home();
      case "eif" -> NatBehaviour.eif();
      case "adf" -> NatBehaviour.adf();
      case "random" -> NatBehaviour.random();
      case "sequential" -> NatBehaviour.sequential();
      case "block" -> NatBehaviour.block();
      default -> throw new IllegalArgumentException(name);
    };
  }
}
