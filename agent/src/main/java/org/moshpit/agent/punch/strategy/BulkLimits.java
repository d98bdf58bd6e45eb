package org.moshpit.agent.punch.strategy;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What all of an agent's sessions together may do to the routers on the way and to an address that
 * has not answered. One object for the process, for one thread.
 */
public final class BulkLimits {
  /** Checks that nobody waits for, to one address, retries included. */
  public static final int PER_ADDRESS_PER_HOUR = 2048;

  /** After one punch that opened many flows, so long none begins: routers forget in 30 s. */
  static final long COOLDOWN = TimeUnit.SECONDS.toNanos(20);

  /** Addresses remembered; others get nothing until one is forgotten. */
  static final int MAX_ADDRESSES = 64;

  /** Checks that nobody waits for, in any second, whatever for: what a home router bears. */
  static final int PER_SECOND = 400;

  /**
   * So many such checks may have left within the last half minute when a punch of many flows
   * begins, which takes up to 960 itself: with the peer's as many, no router sees 2,048 new flows
   * in that time.
   */
  static final int BEFORE_MANY = 64;

  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long HALF_MINUTE = TimeUnit.SECONDS.toNanos(30);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** What becomes of a check. */
  enum Verdict {
    /** It may leave. */
    GO,
    /** Too many have left within this second: it counts as one that was lost on the way. */
    LOST,
    /** Nothing goes to that address any more within this hour. */
    SPENT
  }

  private final Set<Strategy.Name> allowed;
  private final Map<InetAddress, Rolling> spent = new HashMap<>();
  private final ArrayDeque<Long> second = new ArrayDeque<>(PER_SECOND);
  private Rolling halfMinute;
  private Object holder;
  private boolean cooling;
  private long freeAt;

  /** Only these strategies are used; none: plain checks alone. */
  public BulkLimits(Set<Strategy.Name> allowed) {
    this.allowed = allowed.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(allowed));
  }

  /** With every strategy. */
  public static BulkLimits standard() {
    return new BulkLimits(EnumSet.allOf(Strategy.Name.class));
  }

  /** With those strategies whose {@link Strategy.Name#word} is among these. */
  public static BulkLimits ofWords(Set<String> words) {
    Set<Strategy.Name> names = EnumSet.allOf(Strategy.Name.class);
    names.removeIf(name -> !words.contains(name.word()));
    return new BulkLimits(names);
  }

  /** The allowed strategies' {@link Strategy.Name#bit} together. */
  int mask() {
    return allowed.stream().mapToInt(Strategy.Name::bit).sum();
  }

  boolean allows(Strategy.Name name) {
    return allowed.contains(name);
  }

  /** Whether {@link #begin} would be allowed now. */
  boolean isFree(long now) {
    boolean room = halfMinute == null || halfMinute.count(now) <= BEFORE_MANY;
    return holder == null && !(cooling && freeAt - now > 0) && room;
  }

  /**
   * Begins a punch of many flows.
   *
   * @param who gives it back by {@link #end}
   * @return false if another one is under way, or was a moment ago
   */
  boolean begin(long now, Object who) {
    if (!isFree(now)) {
      return false;
    }
    holder = who;
    return true;
  }

  /** Ends it; nothing happens for anybody else. */
  void end(long now, Object who) {
    if (holder == who) {
      holder = null;
      cooling = true;
      freeAt = now + COOLDOWN;
    }
  }

  /** When the next check may leave; not after {@code now} if it may at once. */
  long roomAt(long now) {
    while (!second.isEmpty() && now - second.getFirst() >= SECOND) {
      second.removeFirst();
    }
    return second.size() < PER_SECOND ? now : second.getFirst() + SECOND;
  }

  /** Takes one check towards an address. */
  Verdict take(long now, InetAddress ip) {
    if (roomAt(now) - now > 0) {
      return Verdict.LOST;
    }
    Rolling hour = spent.get(ip);
    if (hour == null) {
      if (spent.size() >= MAX_ADDRESSES) {
        spent.values().removeIf(old -> old.count(now) == 0);
      }
      if (spent.size() >= MAX_ADDRESSES) {
        return Verdict.SPENT;
      }
      hour = new Rolling(now, HOUR, 60);
      spent.put(ip, hour);
    }
    if (hour.count(now) >= PER_ADDRESS_PER_HOUR) {
      return Verdict.SPENT;
    }
    hour.add(now);
    second.addLast(now);
    if (halfMinute == null) {
      halfMinute = new Rolling(now, HALF_MINUTE, 30);
    }
    halfMinute.add(now);
    return Verdict.GO;
  }
}
