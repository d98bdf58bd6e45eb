package org.moshpit.deploy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.agent.harvest.ObserverIn;
import org.moshpit.agent.harvest.ObserverMachine;
import org.moshpit.agent.harvest.ObserverOut;
import org.moshpit.agent.harvest.ObserverOut.Observed;
import org.moshpit.agent.harvest.StunCredentials;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.rendezvous.responder.BindingResponder;
import org.moshpit.rendezvous.responder.ObservationTokens;
import org.moshpit.rendezvous.responder.Outcome;
import org.moshpit.rendezvous.responder.Reply;
import org.moshpit.rendezvous.responder.ResponderCounters;
import org.moshpit.rendezvous.responder.StunSockets;
import org.moshpit.testkit.NatBehaviour;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.SimulatedDriver;
import org.moshpit.testkit.SimulatedHost;
import org.moshpit.testkit.SimulatedNetwork;
import org.moshpit.testkit.SimulatedSocket;
import org.moshpit.testkit.Simulation;

/** The agent's observer against the rendezvous' responder. */
class ObservedAddressTest {
  private static final long EPOCH = 1_700_000_000_000L;
  private static final long AGENT = 0x0123456789abcdefL;
  private static final long WIRE_ID = 99;
  private static final byte[] KEY = key();

  private final Simulation simulation = new Simulation(11);
  private final SimulatedNetwork network =
      new SimulatedNetwork(simulation, NetworkConditions.lossless());
  private final ObservationTokens tokens = new ObservationTokens(new byte[32]);
  private final ResponderCounters counters = new ResponderCounters();
  private final List<ObserverOut> events = new ArrayList<>();
  private final ObserverMachine machine =
      new ObserverMachine(
          new StunCredentials(ByteBuffer.allocate(8).putLong(AGENT).array(), KEY),
          new SplittableRandom(1));

  @Test
  void theTokenOfAnAnswerIsGoodForExactlyTheAddressSeen() {
    observe(
        network.host(
            network.nat(NatBehaviour.cgnat(), network.internet(), "203.0.113.5").inside(),
            "192.168.1.2"),
        "198.51.100.1");

    Observed seen = claimed();
    assertThat(tokens.verify(seen.nonce(), AGENT, WIRE_ID, seen.address(), now())).isTrue();
    assertThat(tokens.verify(seen.nonce(), AGENT, WIRE_ID + 1, seen.address(), now())).isFalse();
    assertThat(machine.behaviour().mapping()).isEqualTo(Mapping.ENDPOINT_INDEPENDENT);
    assertThat(counters.get(Outcome.AGENT_ANSWERED)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"198.51.100.1 198.51.100.2", "2001:db8::1 2001:db8::2", "2001:db8::1"})
  void noAnswerIsLargerThanItsRequest(String servers) {
    List<Integer> up = new ArrayList<>();
    List<Integer> down = new ArrayList<>();
    boolean ipv6 = servers.contains(":");
    SimulatedHost host = network.host(network.internet(), ipv6 ? "2001:db8::9" : "203.0.113.9");
    network.tap(
        packet -> {
          boolean request = packet.source().ip().equals(host.ip());
          (request ? up : down).add(packet.payload().length);
        });

    observe(host, servers.split(" ", -1));

    assertThat(claimed().address().ip()).isEqualTo(host.ip());
    assertThat(machine.behaviour().mapping()).isEqualTo(Mapping.NONE);
    assertThat(down).hasSameSizeAs(up).isNotEmpty();
    assertThat(down).allMatch(size -> size <= up.get(0));
  }

  @Test
  void anAgentWhoseClockIsADayOffIsAnsweredOnceItLearnsTheRendezvous() {
    SimulatedDriver<ObserverIn, ObserverOut> driver =
        observe(
            network.host(network.internet(), "203.0.113.9"),
            EPOCH - Duration.ofDays(1).toMillis(),
            "198.51.100.1");
    assertThat(events).noneMatch(Observed.class::isInstance);
    assertThat(counters.get(Outcome.STALE)).isPositive();

    driver.handle(new ObserverIn.Clock(now()));
    simulation.runFor(Duration.ofSeconds(1));

    assertThat(claimed().wireId()).isEqualTo(WIRE_ID);
  }

  private void observe(SimulatedHost host, String... servers) {
    observe(host, EPOCH, servers);
  }

  private SimulatedDriver<ObserverIn, ObserverOut> observe(
      SimulatedHost host, long agentClock, String... servers) {
    StunSockets sockets =
        StunSockets.of(
            Arrays.stream(servers)
                .map(ip -> new TransportAddress(TransportAddress.parseIp(ip), 3478))
                .toList());
    serve(sockets);
    SimulatedDriver<ObserverIn, ObserverOut> driver = simulation.drive(machine, host, ports());
    SocketId socket = driver.open(0);
    driver.handle(new ObserverIn.Clock(agentClock));
    driver.handle(new ObserverIn.Servers(sockets.addresses()));
    driver.handle(new ObserverIn.Watch(socket, WIRE_ID, driver.base(socket), true));
    simulation.runFor(Duration.ofSeconds(3));
    return driver;
  }

  private void serve(StunSockets sockets) {
    BindingResponder responder =
        new BindingResponder(sockets, id -> id == AGENT ? KEY : null, tokens, counters, 5);
    List<SimulatedSocket> bound = new ArrayList<>();
    SimulatedHost host = null;
    for (int i = 0; i < sockets.addresses().size(); i++) {
      int socket = i;
      TransportAddress address = sockets.addresses().get(i);
      host = i % 2 == 0 ? network.host(network.internet(), address.ip().getHostAddress()) : host;
      bound.add(
          host.open(
              address.port(),
              (from, payload) -> {
                Reply reply = responder.respond(payload, from, socket, now());
                if (reply != null) {
                  bound.get(reply.socket()).send(from, reply.bytes(), 0);
                }
              }));
    }
  }

  private SimulatedDriver.Ports<ObserverIn, ObserverOut> ports() {
    return new SimulatedDriver.Ports<>() {
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
    };
  }

  private Observed claimed() {
    return events.stream()
        .filter(Observed.class::isInstance)
        .map(Observed.class::cast)
        .filter(Observed::claim)
        .findFirst()
        .orElseThrow();
  }

  private long now() {
    return EPOCH + simulation.time().elapsed().toMillis();
  }

  private static byte[] key() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 7);
    return key;
  }
}
