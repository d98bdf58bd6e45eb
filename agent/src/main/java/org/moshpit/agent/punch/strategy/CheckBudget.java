package org.moshpit.agent.punch.strategy;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** How many checks that nobody waits for an agent's sessions together may send. */
final class CheckBudget {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long HALF_MINUTE = TimeUnit.SECONDS.toNanos(30);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Map<InetAddress, Spent> spent = new HashMap<>();
  private final ArrayDeque<Long> second = new ArrayDeque<>(BulkLimits.PER_SECOND);

  /** Of punches that have a turn. */
  private Rolling inTurn;

  /** Of those that need none. */
  private Rolling outOfTurn;

  private static final class Spent {
    final Rolling hour;
    final Peer peer;

    Spent(Rolling hour, Peer peer) {
      this.hour = hour;
      this.peer = peer;
    }
  }

  /** When the next check may leave; not after {@code now} if it may at once. */
  long roomAt(long now) {
    while (!second.isEmpty() && now - second.getFirst() >= SECOND) {
      second.removeFirst();
    }
    return second.size() < BulkLimits.PER_SECOND ? now : second.getFirst() + SECOND;
  }

  /** When no more than that many of punches with a turn have left within half a minute. */
  long quietAt(long now, int most) {
    return inTurn == null ? now : inTurn.belowAt(now, most);
  }

  /**
   * When an address may get that many; of one that is not remembered, when there is room for it.
   */
  long leftAt(long now, Peer peer, InetAddress ip, int checks) {
    Spent known = spent.get(ip);
    return known == null
        ? placeAt(now, peer)
        : known.hour.belowAt(now, BulkLimits.PER_ADDRESS_PER_HOUR - checks);
  }

  /**
   * Takes one check towards an address.
   *
   * @param turn whether it is of a punch that has a turn
   */
  BulkLimits.Verdict take(long now, Peer peer, InetAddress ip, boolean turn) {
    if (roomAt(now) - now > 0) {
      return BulkLimits.Verdict.LOST;
    }
    if (!turn && outOfTurn != null && outOfTurn.count(now) >= BulkLimits.OUT_OF_TURN) {
      return BulkLimits.Verdict.NEEDS_TURN;
    }
    Spent known = spent.get(ip);
    if (known == null) {
      if (placeAt(now, peer) - now > 0) {
        return BulkLimits.Verdict.SPENT;
      }
      known = new Spent(new Rolling(now, HOUR, 60), peer);
      spent.put(ip, known);
    }
    if (known.hour.count(now) >= BulkLimits.PER_ADDRESS_PER_HOUR) {
      return BulkLimits.Verdict.SPENT;
    }
    known.hour.add(now);
    second.addLast(now);
    if (turn) {
      inTurn = inTurn == null ? new Rolling(now, HALF_MINUTE, 30) : inTurn;
      inTurn.add(now);
    } else {
      outOfTurn = outOfTurn == null ? new Rolling(now, HALF_MINUTE, 30) : outOfTurn;
      outOfTurn.add(now);
    }
    return BulkLimits.Verdict.GO;
  }

  /** When a peer may bring in one more address; not after {@code now} if it may at once. */
  private long placeAt(long now, Peer peer) {
    spent.values().removeIf(old -> old.hour.count(now) == 0);
    long at = now;
    at = later(at, freeAt(now, BulkLimits.MAX_ADDRESSES, all -> true));
    at =
        later(
            at,
            freeAt(
                now, BulkLimits.ADDRESSES_PER_ACCOUNT, by -> by.account().equals(peer.account())));
    return later(at, freeAt(now, BulkLimits.ADDRESSES_PER_PEER, by -> by.equals(peer)));
  }

  /** When fewer than that many are remembered of those peers. */
  private long freeAt(long now, int most, Predicate<Peer> whose) {
    int held = 0;
    long first = 0;
    for (Spent each : spent.values()) {
      if (whose.test(each.peer)) {
        long forgotten = each.hour.belowAt(now, 0);
        first = held == 0 || forgotten - first < 0 ? forgotten : first;
        held++;
      }
    }
    return held < most ? now : first;
  }

  private static long later(long one, long other) {
    return one - other < 0 ? other : one;
  }
}
