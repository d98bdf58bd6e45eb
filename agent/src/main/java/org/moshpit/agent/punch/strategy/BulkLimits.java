package org.moshpit.agent.punch.strategy;

import java.net.InetAddress;
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

  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private static final class Spent {
    final long since;
    int count;

    Spent(long since) {
      this.since = since;
    }
  }

  private final Set<Strategy.Name> allowed;
  private final Map<InetAddress, Spent> spent = new HashMap<>();
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
    return holder == null && !(cooling && freeAt - now > 0);
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

  /** One packet towards an address; false if it must not be sent. */
  boolean take(long now, InetAddress ip) {
    Spent so = spent.get(ip);
    if (so != null && now - so.since > HOUR) {
      spent.remove(ip);
      so = null;
    }
    if (so == null) {
      if (spent.size() >= MAX_ADDRESSES) {
        spent.values().removeIf(old -> now - old.since > HOUR);
      }
      if (spent.size() >= MAX_ADDRESSES) {
        return false;
      }
      so = new Spent(now);
      spent.put(ip, so);
    }
    if (so.count >= PER_ADDRESS_PER_HOUR) {
      return false;
    }
    so.count++;
    return true;
  }
}
