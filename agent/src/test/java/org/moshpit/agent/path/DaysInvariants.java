package org.moshpit.agent.path;

import java.time.Duration;
import java.util.List;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.sansio.TransportAddress;

/** What must hold through every day, by name; the first that does not ends the run. */
final class DaysInvariants {
  /** A direct path that is possible for so long is used. */
  static final Duration RELAY_KEPT = Duration.ofSeconds(60);

  /** What finding one takes, from the beginning of the attempt that finds it. */
  static final Duration PAIR = Duration.ofSeconds(3);

  /** With more loss an attempt may fail by chance. */
  static final double LOSSY = 0.05;

  /** Attempts that chance may spoil in a row with up to 30 % loss. */
  static final int SPOILT = 2;

  private static final int MAX_SOCKETS = 4 + 704;
  private static final int MAX_HELD = 1_600;

  /** Packets an end sends in an hour in which nobody types and nothing happens. */
  static final int QUIET_HOUR = 6_000;

  private final DaysWorld world;
  private final long seed;
  private long hourBegan;
  private long packetsLaptop;
  private long packetsBox;
  private int mostSockets;
  private int mostHeld;
  private long mostPerHour;
  private long quietHours;
  private long longestKept;

  DaysInvariants(DaysWorld world, long seed) {
    this.world = world;
    this.seed = seed;
  }

  private void fail(String invariant, String detail) {
    throw new AssertionError(
        invariant
            + ": "
            + detail
            + ", seed "
            + seed
            + " at "
            + DaysWorld.at(world.simulation.time().elapsedNanos())
            + "; laptop "
            + world.laptop.machine.state()
            + "/"
            + world.laptop.machine.searchState()
            + " at "
            + world.laptop.place.access()
            + ", box "
            + world.box.machine.state()
            + "/"
            + world.box.machine.searchState()
            + " at "
            + world.box.place.access()
            + ". What happened last:\n"
            + world.story());
  }

  void onlyToProven(DaysEnd end, TransportAddress destination, boolean known) {
    if (!known) {
      fail("no datagram to an unproven address", end + " to " + destination);
    }
  }

  void oneWayAtATime(DaysEnd end, int directCopies, int relayCopies) {
    if (directCopies > 1 || relayCopies > 1) {
      fail(
          "at most one selected path",
          end + " sent " + directCopies + " copies directly, " + relayCopies + " relayed");
    }
  }

  void passesInTime(DaysEnd from, long sentAt) {
    fail(
        "datagrams pass within 2 s once the network is there",
        from + " sent one at " + DaysWorld.at(sentAt) + " that did not arrive");
  }

  /** Once a second. */
  void look() {
    for (DaysEnd end : List.of(world.laptop, world.box)) {
      if (end.machine.state() == PathState.CLOSED) {
        fail("a session never ends because a path did", end + " is closed");
      }
      relayIsNotKept(end);
      bounded(end);
    }
    quiet();
  }

  private void relayIsNotKept(DaysEnd end) {
    long now = world.simulation.time().elapsedNanos();
    if (!world.isDirectPossible() || end.path() == PathKind.DIRECT) {
      return;
    }
    long since = Math.max(world.disturbedAt(), end.pathSince());
    int attempts = world.loss() > LOSSY ? 1 + SPOILT : 1;
    long limit = RELAY_KEPT.multipliedBy(attempts).plus(PAIR).toNanos();
    longestKept = Math.max(longestKept, now - since);
    if (now - since > limit) {
      fail(
          "the relay is not kept when a direct path is possible for a minute",
          end
              + " is on "
              + end.path()
              + " for "
              + (now - since) / 1_000_000
              + " ms: "
              + end.machine.snapshot(end.driver.now()).reason());
    }
  }

  private void bounded(DaysEnd end) {
    int sockets = end.driver.openSockets();
    int held = end.machine.held() + end.talk.waiting();
    mostSockets = Math.max(mostSockets, sockets);
    mostHeld = Math.max(mostHeld, held);
    int plain = sockets - end.extraSockets();
    if (plain > 6 || sockets > MAX_SOCKETS) {
      fail("sockets are bounded", end + " has " + sockets);
    }
    if (held > MAX_HELD) {
      fail("memory is bounded", end + " holds " + held);
    }
  }

  private void quiet() {
    long now = world.simulation.time().elapsedNanos();
    boolean awake = world.laptop.isRunning() && world.box.isRunning();
    boolean disturbed = world.disturbedAt() > hourBegan || world.typing() || !awake;
    if (disturbed) {
      beginHour(now);
    } else if (now - hourBegan >= Duration.ofHours(1).toNanos()) {
      quietHours++;
      for (DaysEnd end : List.of(world.laptop, world.box)) {
        long sent = end.talk.packets() - (end == world.laptop ? packetsLaptop : packetsBox);
        mostPerHour = Math.max(mostPerHour, sent);
        if (sent > QUIET_HOUR + BulkLimits.PER_ADDRESS_PER_HOUR) {
          fail("a quiet session does not flood", end + " sent " + sent + " packets in an hour");
        }
      }
      beginHour(now);
    }
  }

  private void beginHour(long now) {
    hourBegan = now;
    packetsLaptop = world.laptop.talk.packets();
    packetsBox = world.box.talk.packets();
  }

  /** In the evening, a while after the last fault. */
  void atTheEnd(long laptopHad, long boxHad) {
    for (DaysEnd end : List.of(world.laptop, world.box)) {
      long had = end == world.laptop ? laptopHad : boxHad;
      long got = end.talk.delivered() - had;
      if (end.path() == PathKind.NONE || got < 10) {
        fail(
            "it carries again when the faults are over",
            end
                + " is on "
                + end.path()
                + ", and "
                + got
                + " of its datagrams arrived in a minute");
      }
      boolean easy = world.laptop.place.isEasy() && world.box.place.isEasy();
      if (easy && end.path() != PathKind.DIRECT) {
        fail("it is direct again when the faults are over", end + " is on " + end.path());
      }
    }
  }

  int mostSockets() {
    return mostSockets;
  }

  int mostHeld() {
    return mostHeld;
  }

  long mostPerHour() {
    return mostPerHour;
  }

  long quietHours() {
    return quietHours;
  }

  long longestKept() {
    return longestKept;
  }
}
