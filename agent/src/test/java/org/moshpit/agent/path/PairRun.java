package org.moshpit.agent.path;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.Packet;

/**
 * One simulated connect between two kinds of access, and what it did to the routers and to
 * addresses that had proven nothing.
 *
 * @param millis from the answer, when the relay carries, until both ends are direct, or −1
 * @param flows the most new flows of one end
 * @param sockets the most extra sockets of one end
 */
record PairRun(long millis, int flows, int sockets, String reason) {
  static PairRun of(
      long seed, Access laptop, Access box, NetworkConditions conditions, Duration limit) {
    PathWorld world =
        new PathWorld(seed, laptop, box, RelayPolicy.AUTO, RelayPolicy.AUTO, conditions);
    Map<String, Set<String>> flows = new HashMap<>();
    world.network.tap(packet -> count(packet, flows));
    world.connect();
    world.until(() -> world.laptop.path() != PathKind.NONE, limit);
    long before = world.simulation.time().elapsedNanos();
    boolean direct = world.until(world::bothDirect, limit);
    long took = world.simulation.time().elapsedNanos() - before;
    String reason = world.laptop.reason();
    world.close();
    int most = flows.values().stream().mapToInt(Set::size).max().orElse(0);
    return new PairRun(
        direct ? Duration.ofNanos(took).toMillis() : -1,
        most,
        Math.max(world.laptop.mostExtras, world.box.mostExtras),
        reason);
  }

  private static void count(Packet packet, Map<String, Set<String>> flows) {
    String from = packet.source().ip().getHostAddress();
    flows
        .computeIfAbsent(from, ip -> new HashSet<>())
        .add(packet.source() + " " + packet.destination());
  }
}
