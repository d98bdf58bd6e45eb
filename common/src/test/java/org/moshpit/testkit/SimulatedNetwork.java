package org.moshpit.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.moshpit.common.sansio.TransportAddress;

/** Hosts, NATs and the core between them. */
public final class SimulatedNetwork {
  private static final Duration LAN_LATENCY = Duration.ofNanos(200_000);

  private final Simulation simulation;
  private final SplittableRandom random;
  private final Segment internet;
  private final List<Predicate<Packet>> obstacles = new ArrayList<>();
  private final List<Consumer<Packet>> taps = new ArrayList<>();
  private final List<Consumer<Packet>> losses = new ArrayList<>();
  private NetworkConditions conditions;

  /** An empty internet. */
  public SimulatedNetwork(Simulation simulation, NetworkConditions conditions) {
    this.simulation = simulation;
    this.conditions = conditions;
    random = simulation.randomness();
    internet = new Segment(this, true);
  }

  /** The core, where public addresses are. */
  public Segment internet() {
    return internet;
  }

  /** A host in a segment. */
  public SimulatedHost host(Segment segment, String ip) {
    return new SimulatedHost(simulation, segment, TransportAddress.parseIp(ip));
  }

  /** A NAT with its outer address in a segment; hosts and NATs go to its inside. */
  public SimulatedNat nat(NatBehaviour behaviour, Segment outside, String ip) {
    return new SimulatedNat(simulation, behaviour, outside, TransportAddress.parseIp(ip));
  }

  /** Changes the weather. */
  public void conditions(NetworkConditions changed) {
    conditions = changed;
  }

  /** Drops what matches in the core from now on; run the returned action to lift it. */
  public Runnable block(Predicate<Packet> matching) {
    obstacles.add(matching);
    return () -> obstacles.remove(matching);
  }

  /** Shows every packet that enters the core, lost ones included, as it looks there. */
  public void tap(Consumer<Packet> observer) {
    taps.add(observer);
  }

  /** Shows every packet that the core loses by chance alone. */
  public void tapLosses(Consumer<Packet> observer) {
    losses.add(observer);
  }

  void crossCore(Packet packet, Consumer<Packet> arrival) {
    taps.forEach(tap -> tap.accept(packet));
    boolean dies = packet.ttl() <= conditions.coreHops();
    if (dies || obstacles.stream().anyMatch(o -> o.test(packet))) {
      return;
    }
    if (chance(conditions.loss())) {
      losses.forEach(tap -> tap.accept(packet));
      return;
    }
    Packet further = packet.afterHops(conditions.coreHops());
    simulation.afterNanos(coreDelay(), () -> arrival.accept(further));
    if (chance(conditions.duplication())) {
      simulation.afterNanos(coreDelay(), () -> arrival.accept(further));
    }
  }

  void crossLan(Packet packet, Consumer<Packet> arrival) {
    simulation.afterNanos(LAN_LATENCY.toNanos(), () -> arrival.accept(packet));
  }

  private long coreDelay() {
    long jitter = conditions.jitter().toNanos();
    return conditions.latency().toNanos() + (jitter == 0 ? 0 : random.nextLong(jitter));
  }

  private boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }
}
