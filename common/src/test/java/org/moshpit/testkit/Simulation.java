package org.moshpit.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.moshpit.common.sansio.Machine;

/**
 * The one loop of a simulated world: what is due next happens next, then time jumps to what
 * follows. Not for several threads.
 */
public final class Simulation {
  /** A machine that asks for a timeout it does not use up would hang the loop. */
  private static final int IDLE_TIMEOUTS_LIMIT = 1000;

  private record Scheduled(long at, long order, Runnable action) implements Comparable<Scheduled> {
    @Override
    public int compareTo(Scheduled other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  private final FakeTime time = new FakeTime();
  private final SplittableRandom random;
  private final PriorityQueue<Scheduled> queue = new PriorityQueue<>();
  private final List<SimulatedDriver<?, ?>> drivers = new ArrayList<>();
  private long order;

  /** A world in which everything random follows from {@code seed}. */
  public Simulation(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The clock. */
  public FakeTime time() {
    return time;
  }

  /** Monotonic nanoseconds now. */
  public long now() {
    return time.now();
  }

  /** A source of its own for one part of the world, so that parts do not disturb each other. */
  public SplittableRandom randomness() {
    return random.split();
  }

  /** Has {@code action} happen once {@code delay} has passed. */
  public void after(Duration delay, Runnable action) {
    afterNanos(delay.toNanos(), action);
  }

  void afterNanos(long delay, Runnable action) {
    queue.add(new Scheduled(time.elapsedNanos() + delay, order++, action));
  }

  /**
   * Puts a machine on a host and drives it from now on.
   *
   * @param ports what turns datagrams into the machine's events, and its events into deeds
   */
  public <I, O> SimulatedDriver<I, O> drive(
      Machine<I, O> machine, SimulatedHost host, SimulatedDriver.Ports<I, O> ports) {
    SimulatedDriver<I, O> driver = new SimulatedDriver<>(this, machine, host, ports);
    drivers.add(driver);
    return driver;
  }

  void forget(SimulatedDriver<?, ?> driver) {
    drivers.remove(driver);
  }

  /** Lets {@code duration} pass. */
  public void runFor(Duration duration) {
    runUntil(() -> false, duration);
  }

  /**
   * Runs until {@code condition} holds, looked at after every event.
   *
   * @return whether it held within {@code limit}
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    long end = time.elapsedNanos() + limit.toNanos();
    int idle = 0;
    while (!condition.getAsBoolean()) {
      long next = nextElapsed();
      if (next > end) {
        time.advanceNanos(end - time.elapsedNanos());
        return condition.getAsBoolean();
      }
      idle = next <= time.elapsedNanos() ? idle + 1 : 0;
      if (idle > IDLE_TIMEOUTS_LIMIT * (1 + drivers.size() + queue.size())) {
        throw new AssertionError("a machine asks for a timeout again and again at one moment");
      }
      time.advanceNanos(Math.max(0, next - time.elapsedNanos()));
      happen();
    }
    return true;
  }

  private long nextElapsed() {
    Scheduled head = queue.peek();
    long next = head == null ? Long.MAX_VALUE : head.at();
    for (SimulatedDriver<?, ?> driver : drivers) {
      long wait = driver.untilDue();
      if (wait != Long.MAX_VALUE) {
        next = Math.min(next, time.elapsedNanos() + wait);
      }
    }
    return next;
  }

  private void happen() {
    Scheduled head = queue.peek();
    if (head != null && head.at() <= time.elapsedNanos()) {
      queue.poll();
      head.action().run();
      return;
    }
    for (SimulatedDriver<?, ?> driver : List.copyOf(drivers)) {
      driver.timeoutIfDue();
    }
  }
}
