package org.moshpit.agent.path;

import java.time.Duration;
import java.util.function.Function;

/**
 * One seed's day, from the first exchange to the evening in which everything comes right.
 *
 * @param faults that happened
 * @param changes of what carries, at either end
 * @param exchanges that the laptop began
 * @param sent datagrams of both applications
 * @param arrived of them, copies included
 * @param directNanos how long the laptop's path was direct
 * @param lost datagrams that chance took on a direct path while nothing was wrong
 * @param longestKept the longest that the relay carried although a direct path was possible
 */
record DaysRun(
    long seed,
    int faults,
    int changes,
    int exchanges,
    long sent,
    long arrived,
    long directNanos,
    long lost,
    int mostSockets,
    int mostHeld,
    long quietHours,
    long mostPerHour,
    long longestKept) {
  /** From the last fault on, so long may it take until everything is as it should be. */
  private static final Duration RECOVERY = Duration.ofMinutes(5);

  private static final Duration EVENING = RECOVERY.plusMinutes(1);

  /** Lives it; an {@link AssertionError} names the invariant that does not hold. */
  static DaysRun of(long seed, Duration length, Function<DaysWorld, DaysExchanges> exchanges) {
    DaysWorld world = new DaysWorld(seed, exchanges);
    DaysFaults faults = new DaysFaults(world);
    try {
      world.begin();
      world.simulation.runFor(Duration.ofSeconds(20));
      faults.begin();
      world.simulation.runFor(length.minus(EVENING).minusSeconds(20));
      faults.end();
      world.simulation.runFor(RECOVERY);
      long laptopHad = world.laptop.talk.delivered();
      long boxHad = world.box.talk.delivered();
      world.simulation.runFor(EVENING.minus(RECOVERY));
      world.invariants.atTheEnd(laptopHad, boxHad);
    } catch (RuntimeException e) {
      throw new AssertionError(
          "an exception, seed "
              + seed
              + " at "
              + DaysWorld.at(world.simulation.time().elapsedNanos())
              + "\n"
              + world.story(),
          e);
    }
    return new DaysRun(
        seed,
        faults.count(),
        world.laptop.changes() + world.box.changes(),
        world.exchanges().count(),
        (long) world.laptop.talk.sent() + world.box.talk.sent(),
        world.laptop.talk.delivered() + world.box.talk.delivered(),
        world.laptop.machine.snapshot(world.laptop.driver.now()).directNanos(),
        world.laptop.talk.chanceLost() + world.box.talk.chanceLost(),
        world.invariants.mostSockets(),
        world.invariants.mostHeld(),
        world.invariants.quietHours(),
        world.invariants.mostPerHour(),
        world.invariants.longestKept());
  }
}
