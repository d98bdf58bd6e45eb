package org.moshpit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

class SimulationTest {
  @Test
  void whatIsDueHappensInOrderAtItsTime() {
    Simulation simulation = new Simulation(1);
    List<String> happened = new ArrayList<>();
    simulation.after(
        Duration.ofSeconds(20), () -> happened.add("c " + simulation.time().elapsed()));
    simulation.after(Duration.ofSeconds(1), () -> happened.add("a " + simulation.time().elapsed()));
    simulation.after(Duration.ofSeconds(1), () -> happened.add("b " + simulation.time().elapsed()));
    simulation.runFor(Duration.ofSeconds(30));
    assertThat(happened).containsExactly("a PT1S", "b PT1S", "c PT20S");
    assertThat(simulation.time().elapsed()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void theClockWrapsSoThatOnlySubtractionCompares() {
    Simulation simulation = new Simulation(1);
    long before = simulation.now();
    simulation.runFor(Duration.ofSeconds(10));
    assertThat(simulation.now() < before).isTrue();
    assertThat(simulation.now() - before).isEqualTo(10_000_000_000L);
  }

  @Test
  void oneSeedIsOneRun() {
    assertThat(arrivals(5)).isEqualTo(arrivals(5)).isNotEqualTo(arrivals(6));
    assertThat(arrivals(5).size()).as("lost some, doubled some").isBetween(60, 99);
    assertThat(arrivals(5)).as("overtaken").isNotEqualTo(arrivals(5).stream().sorted().toList());
  }

  private static List<Integer> arrivals(long seed) {
    Simulation simulation = new Simulation(seed);
    NetworkConditions conditions =
        NetworkConditions.ordinary().withLoss(0.2).reordering(Duration.ofMillis(50));
    SimulatedNetwork network = new SimulatedNetwork(simulation, conditions);
    List<Integer> arrived = new ArrayList<>();
    SimulatedSocket to =
        network
            .host(network.internet(), "192.0.2.1")
            .open(7, (from, bytes) -> arrived.add((int) bytes[0]));
    SimulatedSocket from =
        network.host(network.internet(), "192.0.2.2").open(7, (source, bytes) -> {});
    for (int i = 0; i < 100; i++) {
      from.send(to.address(), new byte[] {(byte) i}, 0);
      simulation.runFor(Duration.ofMillis(5));
    }
    simulation.runFor(Duration.ofSeconds(1));
    return arrived;
  }

  /** Sends a datagram each second, and answers with an event what it gets. */
  private static final class Ticker implements Machine<String, String> {
    private final List<Object> out = new ArrayList<>();
    private long next;

    Ticker(long now) {
      next = now + 1_000_000_000L;
    }

    @Override
    public void handle(long now, String event) {
      out.add(event);
    }

    @Override
    public void handleTimeout(long now) {
      next = now + 1_000_000_000L;
      out.add(
          new Transmit(new SocketId(0), TransportAddress.parse("192.0.2.9:7"), new byte[] {42}));
    }

    @Override
    public Transmit pollTransmit() {
      return !out.isEmpty() && out.get(0) instanceof Transmit transmit ? take(transmit) : null;
    }

    @Override
    public String pollEvent() {
      return !out.isEmpty() && out.get(0) instanceof String text ? take(text) : null;
    }

    private <T> T take(T head) {
      out.remove(0);
      return head;
    }

    @Override
    public long nextDeadline() {
      return next;
    }
  }

  @Test
  void aMachineIsDrivenWithItsSockets() {
    Simulation simulation = new Simulation(1);
    SimulatedNetwork network = new SimulatedNetwork(simulation, NetworkConditions.lossless());
    List<String> events = new ArrayList<>();
    SimulatedHost host = network.host(network.internet(), "192.0.2.1");
    SimulatedSocket[] peer = new SimulatedSocket[1];
    peer[0] =
        network
            .host(network.internet(), "192.0.2.9")
            .open(7, (from, bytes) -> peer[0].send(from, bytes, 0));
    SimulatedDriver<String, String> driver =
        simulation.drive(
            new Ticker(simulation.now()),
            host,
            new SimulatedDriver.Ports<>() {
              @Override
              public String datagram(SocketId socket, TransportAddress from, byte[] payload) {
                return socket + " got " + payload[0] + " from " + from;
              }

              @Override
              public void event(String event) {
                events.add(event);
              }
            });
    driver.open(0);
    simulation.runFor(Duration.ofMillis(3500));
    assertThat(events).hasSize(3).containsOnly("socket-0 got 42 from 192.0.2.9:7");
    driver.stop();
    simulation.runFor(Duration.ofSeconds(5));
    assertThat(events).hasSize(3);
  }

  /** Ticks each second of its own time; the times at which it did, in the world's. */
  private static List<Long> ticks(boolean clockStandsStill) {
    Simulation simulation = new Simulation(1);
    SimulatedNetwork network = new SimulatedNetwork(simulation, NetworkConditions.lossless());
    SimulatedHost host = network.host(network.internet(), "192.0.2.1");
    List<Long> ticks = new ArrayList<>();
    network
        .host(network.internet(), "192.0.2.9")
        .open(7, (from, bytes) -> ticks.add(simulation.time().elapsed().toMillis()));
    SimulatedDriver<String, String> driver =
        simulation.drive(
            new Ticker(simulation.now()),
            host,
            new SimulatedDriver.Ports<>() {
              @Override
              public String datagram(SocketId socket, TransportAddress from, byte[] payload) {
                return null;
              }

              @Override
              public void event(String event) {}
            });
    driver.open(0);
    simulation.runFor(Duration.ofMillis(1700));
    driver.pause();
    driver.handle("lost");
    simulation.runFor(Duration.ofSeconds(10));
    assertThat(driver.isPaused()).isTrue();
    driver.resume(clockStandsStill);
    simulation.runFor(Duration.ofSeconds(1));
    return ticks.stream().map(at -> at / 100).toList();
  }

  @Test
  void aSleepingHostsClockStandsStill() {
    assertThat(ticks(true)).as("300 ms were missing to the second").containsExactly(10L, 120L);
  }

  @Test
  void aStoppedProcessIsLate() {
    assertThat(ticks(false)).containsExactly(10L, 117L);
  }

  @Test
  void aMachineThatDoesNotMoveOnIsFound() {
    Simulation simulation = new Simulation(1);
    SimulatedNetwork network = new SimulatedNetwork(simulation, NetworkConditions.lossless());
    Machine<String, String> broken =
        new Machine<>() {
          @Override
          public void handle(long now, String event) {}

          @Override
          public void handleTimeout(long now) {}

          @Override
          public Transmit pollTransmit() {
            return null;
          }

          @Override
          public String pollEvent() {
            return null;
          }

          @Override
          public long nextDeadline() {
            return simulation.now();
          }
        };
    simulation.drive(
        broken,
        network.host(network.internet(), "192.0.2.1"),
        new SimulatedDriver.Ports<>() {
          @Override
          public String datagram(SocketId socket, TransportAddress from, byte[] payload) {
            return null;
          }

          @Override
          public void event(String event) {}
        });
    assertThatThrownBy(() -> simulation.runFor(Duration.ofSeconds(1)))
        .isInstanceOf(AssertionError.class);
  }
}
