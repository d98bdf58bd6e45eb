package org.moshpit.agent.path;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.Simulation;

/**
 * Watches one simulated run for every {@link Invariant}; the first that does not hold ends it with
 * an error that names it, the end, the run and its seed. {@link EndWatch} sees what one end does.
 */
final class Invariants {
  private static final int NEW_FLOWS = 2048;
  private static final long FLOW_WINDOW = Duration.ofSeconds(30).toNanos();

  private static final AtomicLong RUNS = new AtomicLong();
  private static final AtomicLong WATCHED = new AtomicLong();

  private record Flow(String end, SocketId socket, TransportAddress to) {}

  private final Simulation simulation;
  private final String run;
  private final Map<Flow, Long> flows = new HashMap<>();
  private final ArrayDeque<Long> newFlows = new ArrayDeque<>();

  /**
   * Of a run that begins.
   *
   * @param run what is simulated, for a person
   */
  Invariants(Simulation simulation, String run, long seed) {
    this.simulation = simulation;
    this.run = run + ", seed " + seed;
    RUNS.incrementAndGet();
  }

  /** How much all runs of this process together have been watched. */
  static String sum() {
    return String.format(
        Locale.ROOT,
        "held in %d runs, %d datagrams watched: %s",
        RUNS.get(),
        WATCHED.get(),
        Arrays.stream(Invariant.values()).map(i -> i.words).collect(Collectors.joining("; ")));
  }

  long now() {
    return simulation.time().elapsedNanos();
  }

  void require(boolean holds, Invariant invariant, String end, String otherwise) {
    if (!holds) {
      throw new AssertionError(
          invariant.words
              + ": "
              + otherwise
              + " ("
              + end
              + " at "
              + simulation.time().elapsed()
              + ", "
              + run
              + ")");
    }
  }

  /**
   * A datagram of one end, also one of its STUN questions. Each router on the way sees those of
   * both ends at most, so both together are held to what one router bears.
   */
  void sent(String end, SocketId socket, TransportAddress to) {
    WATCHED.incrementAndGet();
    long now = now();
    Long before = flows.put(new Flow(end, socket, to), now);
    if (before != null && now - before <= FLOW_WINDOW) {
      return;
    }
    newFlows.addLast(now);
    if (now - newFlows.getFirst() > FLOW_WINDOW) {
      flows.values().removeIf(last -> now - last > FLOW_WINDOW);
      while (now - newFlows.getFirst() > FLOW_WINDOW) {
        newFlows.removeFirst();
      }
    }
    require(newFlows.size() <= NEW_FLOWS, Invariant.FLOWS, end, newFlows.size() + " of both ends");
  }
}
