package org.moshpit.rendezvous.responder;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Token buckets by source network, IPv4 /24 and IPv6 /56, in a table of fixed size: networks that
 * hash alike share a bucket, so a million spoofed sources cost no memory, and at worst strangers
 * wait. The hash is keyed, so nobody can choose whom to share with. Any thread, without a lock: a
 * bucket is one number, the time at which it is full again (the generic cell rate algorithm, ITU-T
 * I.371).
 */
final class SourceLimiter {
  /**
   * Threads read the clock before they come here, so that a time may be behind another's; what is
   * so far behind is of a clock that was set back.
   */
  private static final long SET_BACK_MICROS = TimeUnit.SECONDS.toMicros(1);

  private final long seed;
  private final long tokenMicros;
  private final long burstMicros;
  private final AtomicLongArray fullAt;

  /**
   * @param seed random
   * @param buckets a power of two
   * @param perSecond answers a second and bucket
   * @param burst answers at once; a bucket starts full
   */
  SourceLimiter(long seed, int buckets, int perSecond, int burst) {
    if (Integer.bitCount(buckets) != 1) {
      throw new IllegalArgumentException(buckets + " buckets");
    }
    this.seed = seed;
    tokenMicros = TimeUnit.SECONDS.toMicros(1) / perSecond;
    burstMicros = burst * tokenMicros;
    fullAt = new AtomicLongArray(buckets);
  }

  /**
   * Takes one token of the source's network, if there is one, from the buckets that are nobody's.
   *
   * @param nowMillis not negative
   */
  boolean admit(InetAddress source, long nowMillis) {
    return admit(0, source, nowMillis);
  }

  /**
   * Takes one token of the source's network, if there is one.
   *
   * @param whose buckets of that network: each has its own
   * @param nowMillis not negative
   */
  boolean admit(long whose, InetAddress source, long nowMillis) {
    int bucket = bucket(whose, source);
    long now = TimeUnit.MILLISECONDS.toMicros(nowMillis);
    long before;
    long after;
    boolean admitted;
    do {
      before = fullAt.get(bucket);
      long full = Math.max(before, now);
      if (full - now > burstMicros + SET_BACK_MICROS) {
        full = now + burstMicros; // empty, and filled from now on
      }
      admitted = full + tokenMicros - now <= burstMicros;
      after = admitted ? full + tokenMicros : full;
    } while (before != after && !fullAt.compareAndSet(bucket, before, after));
    return admitted;
  }

  private int bucket(long whose, InetAddress source) {
    byte[] ip = source.getAddress();
    int prefix = ip.length == 4 ? 3 : 7;
    long network = ip.length;
    for (int i = 0; i < prefix; i++) {
      network = (network << 8) | (ip[i] & 0xff);
    }
    return (int) (mix(mix(mix(network ^ seed) + whose) + seed) >>> 40) & (fullAt.length() - 1);
  }

  /**
   * The finalizer of SplittableRandom (Steele, Lea and Flood 2014): every bit changes every bit.
   */
  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
