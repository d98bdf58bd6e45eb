package org.moshpit.agent.harvest;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * How much may be sent to a host that has not answered: the rendezvous names the STUN servers, and
 * could name a stranger's addresses. One bucket per host, all ports, sockets and lists together; an
 * authentic answer fills it again, which only who reads what arrives there and has the STUN key can
 * give.
 *
 * <p>Eight sockets that ask two ports of a silent server send 80 requests in a round of 8 s, and a
 * network change may begin the round anew. A server that answers refills before the first
 * retransmission, so a hundred sessions at once are served too: what is held back is sent again.
 */
public final class StunBudget {
  /** Requests to one host in a burst. */
  static final int BURST = 120;

  /** Hosts remembered at once; no others are asked until one of them has been left alone. */
  static final int HOSTS = 16;

  /** One request a second to a host, lasting. */
  private static final long REFILL_NANOS = 1_000_000_000L;

  private final Map<InetAddress, Bucket> buckets = new HashMap<>();

  private static final class Bucket {
    int left = BURST;

    /** Until when the refill is reckoned. */
    long at;

    Bucket(long now) {
      at = now;
    }

    void refill(long now) {
      long more = Math.max(0, (now - at) / REFILL_NANOS);
      left = (int) Math.min(BURST, left + more);
      at = left == BURST ? now : at + more * REFILL_NANOS;
    }
  }

  /** Takes one request out of the host's budget; false if it must not be sent. */
  boolean take(long now, InetAddress host) {
    Bucket bucket = buckets.get(host);
    if (bucket == null) {
      if (buckets.size() >= HOSTS) {
        buckets.values().forEach(old -> old.refill(now));
        buckets.values().removeIf(old -> old.left == BURST);
      }
      if (buckets.size() >= HOSTS) {
        return false;
      }
      bucket = new Bucket(now);
      buckets.put(host, bucket);
    }
    bucket.refill(now);
    if (bucket.left == 0) {
      return false;
    }
    bucket.left--;
    return true;
  }

  /** The host has answered, authentically. */
  void answered(InetAddress host) {
    buckets.remove(host);
  }
}
