package org.moshpit.agent.punch;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.TransportAddress;

/**
 * How many checks an address that proved nothing may get. It outlives generations, so that a
 * restart is no way round it; an address that answered is free of it.
 */
public final class AddressBudget {
  /** Checks a minute to an address only the rendezvous vouches for, or a single check showed. */
  public static final int UNCONFIRMED_PER_MINUTE = 20;

  /**
   * Checks a minute to all such addresses of one host together: otherwise the rendezvous, or a peer
   * that feigns where its checks come from, could aim at a stranger on ever more ports.
   */
  public static final int UNCONFIRMED_PER_HOST_PER_MINUTE = 60;

  /** Checks a minute to an address the peer itself named. */
  public static final int DESCRIBED_PER_MINUTE = 60;

  /** Addresses remembered: several descriptions' worth. Beyond that nothing new is tried. */
  static final int MAX_ADDRESSES = 256;

  private static final long WINDOW = TimeUnit.MINUTES.toNanos(1);

  private final Map<TransportAddress, ArrayDeque<Long>> sent = new HashMap<>();
  private final Map<InetAddress, ArrayDeque<Long>> sentToHosts = new HashMap<>();

  /** As {@link #take} for an address that the peer has not named, and for its host. */
  boolean takeUnconfirmed(long now, TransportAddress address) {
    return has(now, sentToHosts, address.ip(), UNCONFIRMED_PER_HOST_PER_MINUTE)
        && take(now, address, UNCONFIRMED_PER_MINUTE)
        && take(now, sentToHosts, address.ip(), UNCONFIRMED_PER_HOST_PER_MINUTE);
  }

  /** Takes one check out of an address' budget at {@code now}; false if nothing is left. */
  boolean take(long now, TransportAddress address, int perMinute) {
    return take(now, sent, address, perMinute);
  }

  private static <K> boolean take(long now, Map<K, ArrayDeque<Long>> sent, K key, int perMinute) {
    if (!has(now, sent, key, perMinute)) {
      return false;
    }
    sent.computeIfAbsent(key, fresh -> new ArrayDeque<>()).addLast(now);
    return true;
  }

  private static <K> boolean has(long now, Map<K, ArrayDeque<Long>> sent, K key, int perMinute) {
    ArrayDeque<Long> times = sent.get(key);
    if (times == null) {
      if (sent.size() >= MAX_ADDRESSES) {
        sent.values().removeIf(old -> now - old.getLast() > WINDOW);
      }
      return sent.size() < MAX_ADDRESSES;
    }
    // the last one stays: by it the entry is forgotten
    while (times.size() > 1 && now - times.getFirst() > WINDOW) {
      times.removeFirst();
    }
    long current = now - times.getFirst() > WINDOW ? 0 : times.size();
    return current < perMinute;
  }

  /** Addresses and hosts remembered; for tests of the bounds. */
  public int held() {
    return sent.size() + sentToHosts.size();
  }

  /** Gives an address its budget back: it answered. */
  void proven(TransportAddress address) {
    sent.remove(address);
    sentToHosts.remove(address.ip());
  }
}
