package org.moshpit.agent.punch;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.punch.strategy.HostLedger;
import org.moshpit.agent.punch.strategy.StrangerChecks;
import org.moshpit.common.sansio.TransportAddress;

/**
 * How many checks of one session an address that proved nothing may get. It outlives generations,
 * so that a restart is no way round it; an address that answered is free of it. Where not both the
 * peer and the rendezvous say that the peer is there, {@link StrangerChecks} holds for all sessions
 * together.
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
  private final HostLedger sentToHosts = new HostLedger(MAX_ADDRESSES, MAX_ADDRESSES);
  private final StrangerChecks strangers;

  /**
   * Of a session that has sent nothing.
   *
   * @param strangers what all of the agent's sessions share
   */
  public AddressBudget(StrangerChecks strangers) {
    this.strangers = Objects.requireNonNull(strangers);
  }

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

  /**
   * Takes one check to an address the peer named, at {@code now} (nanoseconds, monotonic).
   *
   * @param both whether the rendezvous, too, says that the peer is at that host
   * @return false if nothing is left
   */
  boolean takeDescribed(long now, TransportAddress address, boolean both) {
    if (both) {
      return take(now, address, DESCRIBED_PER_MINUTE);
    }
    boolean taken =
        strangers.has(now, address, DESCRIBED_PER_MINUTE)
            && take(now, address, DESCRIBED_PER_MINUTE);
    if (taken) {
      strangers.add(now, address);
    }
    return taken;
  }

  /**
   * The same for an address that the peer has not named, and for its host.
   *
   * @param both whether the peer and the rendezvous say that the peer is at that host
   */
  boolean takeUnconfirmed(long now, TransportAddress address, boolean both) {
    boolean taken =
        (both || strangers.has(now, address, UNCONFIRMED_PER_MINUTE))
            && sentToHosts.has(
                now, this, address, UNCONFIRMED_PER_MINUTE, UNCONFIRMED_PER_HOST_PER_MINUTE)
            && take(now, address, UNCONFIRMED_PER_MINUTE);
    if (taken) {
      sentToHosts.add(now, this, address);
    }
    if (taken && !both) {
      strangers.add(now, address);
    }
    return taken;
  }

  /** Takes one check out of an address' budget at {@code now}; false if nothing is left. */
  boolean take(long now, TransportAddress address, int perMinute) {
    return sent.take(now, address, perMinute);
  }

  /** Addresses and hosts remembered; for tests of the bounds. */
  public int held() {
    return sent.size() + sentToHosts.held();
  }

  /** Gives that very address its budget back: it answered. Other ports there have not. */
  void proven(TransportAddress address) {
    sent.forget(address);
    sentToHosts.forget(address);
    strangers.proven(address);
  }
}
