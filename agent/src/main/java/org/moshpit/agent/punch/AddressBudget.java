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

  private final Ledger<TransportAddress> sent = new Ledger<>();
  private final Ledger<InetAddress> sentToHosts = new Ledger<>();

  /** When something went to whom, for as long as that counts. */
  private static final class Ledger<K> {
    private final Map<K, ArrayDeque<Long>> times = new HashMap<>();
    private boolean swept;
    private long sweptAt;

    boolean has(long now, K key, int perMinute) {
      sweep(now);
      ArrayDeque<Long> of = times.get(key);
      if (of == null) {
        return times.size() < MAX_ADDRESSES;
      }
      while (!of.isEmpty() && now - of.getFirst() > WINDOW) {
        of.removeFirst();
      }
      return of.size() < perMinute;
    }

    boolean take(long now, K key, int perMinute) {
      if (!has(now, key, perMinute)) {
        return false;
      }
      times.computeIfAbsent(key, fresh -> new ArrayDeque<>()).addLast(now);
      return true;
    }

    void forget(K key) {
      times.remove(key);
    }

    /** A session that lives for a week meets many addresses, and none of them for long. */
    private void sweep(long now) {
      if (swept && now - sweptAt <= WINDOW && times.size() < MAX_ADDRESSES) {
        return;
      }
      swept = true;
      sweptAt = now;
      times.values().removeIf(of -> of.isEmpty() || now - of.getLast() > WINDOW);
    }

    int size() {
      return times.size();
    }
  }

  /** As {@link #take} for an address that the peer has not named, and for its host. */
  boolean takeUnconfirmed(long now, TransportAddress address) {
    return sentToHosts.has(now, address.ip(), UNCONFIRMED_PER_HOST_PER_MINUTE)
        && take(now, address, UNCONFIRMED_PER_MINUTE)
        && sentToHosts.take(now, address.ip(), UNCONFIRMED_PER_HOST_PER_MINUTE);
  }

  /** Takes one check out of an address' budget at {@code now}; false if nothing is left. */
  boolean take(long now, TransportAddress address, int perMinute) {
    return sent.take(now, address, perMinute);
  }

  /** Addresses and hosts remembered; for tests of the bounds. */
  public int held() {
    return sent.size() + sentToHosts.size();
  }

  /** Gives an address its budget back: it answered. */
  void proven(TransportAddress address) {
    sent.forget(address);
    sentToHosts.forget(address.ip());
  }
}
