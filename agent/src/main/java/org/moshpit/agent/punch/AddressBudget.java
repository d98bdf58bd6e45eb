package org.moshpit.agent.punch;

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

  /** Checks a minute to an address the peer itself named. */
  public static final int DESCRIBED_PER_MINUTE = 60;

  /** Addresses remembered: several descriptions' worth. Beyond that nothing new is tried. */
  static final int MAX_ADDRESSES = 256;

  private static final long WINDOW = TimeUnit.MINUTES.toNanos(1);

  private final Map<TransportAddress, ArrayDeque<Long>> sent = new HashMap<>();

  /** Takes one check out of an address' budget at {@code now}; false if nothing is left. */
  boolean take(long now, TransportAddress address, int perMinute) {
    ArrayDeque<Long> times = sent.get(address);
    if (times == null) {
      if (sent.size() >= MAX_ADDRESSES) {
        sent.values().removeIf(old -> now - old.getLast() > WINDOW);
      }
      if (sent.size() >= MAX_ADDRESSES) {
        return false;
      }
      times = new ArrayDeque<>();
      sent.put(address, times);
    }
    while (!times.isEmpty() && now - times.getFirst() > WINDOW) {
      times.removeFirst();
    }
    if (times.size() >= perMinute) {
      return false;
    }
    times.addLast(now);
    return true;
  }

  /** Gives an address its budget back: it answered. */
  void proven(TransportAddress address) {
    sent.remove(address);
  }
}
