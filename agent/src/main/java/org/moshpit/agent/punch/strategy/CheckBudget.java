package org.moshpit.agent.punch.strategy;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How many checks that nobody waits for an agent's sessions together may send. */
final class CheckBudget {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long HALF_MINUTE = TimeUnit.SECONDS.toNanos(30);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Map<InetAddress, Rolling> spent = new HashMap<>();
  private final ArrayDeque<Long> second = new ArrayDeque<>(BulkLimits.PER_SECOND);
  private Rolling halfMinute;

  /** When the next check may leave; not after {@code now} if it may at once. */
  long roomAt(long now) {
    while (!second.isEmpty() && now - second.getFirst() >= SECOND) {
      second.removeFirst();
    }
    return second.size() < BulkLimits.PER_SECOND ? now : second.getFirst() + SECOND;
  }

  /** When no more than that many have left within half a minute, to whatever address. */
  long quietAt(long now, int most) {
    return halfMinute == null ? now : halfMinute.belowAt(now, most);
  }

  /** When an address may get that many. */
  long leftAt(long now, InetAddress ip, int checks) {
    Rolling hour = spent.get(ip);
    return hour == null ? now : hour.belowAt(now, BulkLimits.PER_ADDRESS_PER_HOUR - checks);
  }

  /** Takes one check towards an address. */
  BulkLimits.Verdict take(long now, InetAddress ip) {
    if (roomAt(now) - now > 0) {
      return BulkLimits.Verdict.LOST;
    }
    Rolling hour = spent.get(ip);
    if (hour == null) {
      if (spent.size() >= BulkLimits.MAX_ADDRESSES) {
        spent.values().removeIf(old -> old.count(now) == 0);
      }
      if (spent.size() >= BulkLimits.MAX_ADDRESSES) {
        return BulkLimits.Verdict.SPENT;
      }
      hour = new Rolling(now, HOUR, 60);
      spent.put(ip, hour);
    }
    if (hour.count(now) >= BulkLimits.PER_ADDRESS_PER_HOUR) {
      return BulkLimits.Verdict.SPENT;
    }
    hour.add(now);
    second.addLast(now);
    if (halfMinute == null) {
      halfMinute = new Rolling(now, HALF_MINUTE, 30);
    }
    halfMinute.add(now);
    return BulkLimits.Verdict.GO;
  }
}
