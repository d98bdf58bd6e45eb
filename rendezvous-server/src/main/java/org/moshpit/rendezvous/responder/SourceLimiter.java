package org.moshpit.rendezvous.responder;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * Token buckets by source network, IPv4 /24 and IPv6 /56, in a table of fixed size: networks that
 * hash alike share a bucket, so a million spoofed sources cost no memory, and at worst strangers
 * wait. The hash is keyed, so nobody can choose whom to share with. One thread.
 */
final class SourceLimiter {
  private static final int MILLIS = 1000;

  private final long seed;
  private final int perSecond;
  private final int burst;
  private final long[] refilled;
  private final int[] milliTokens;

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
    this.perSecond = perSecond;
    this.burst = burst;
    refilled = new long[buckets];
    milliTokens = new int[buckets];
    Arrays.fill(milliTokens, burst * MILLIS);
  }

  /**
   * Takes one token of the source's network, if there is one, from the buckets that are nobody's.
   */
  boolean admit(InetAddress source, long nowMillis) {
    return admit(0, source, nowMillis);
  }

  /**
   * Takes one token of the source's network, if there is one.
   *
   * @param whose buckets of that network: each has its own
   */
  boolean admit(long whose, InetAddress source, long nowMillis) {
    int bucket = bucket(whose, source);
    long elapsed = nowMillis - refilled[bucket];
    if (elapsed < 0) {
      elapsed = 0; // the wall clock was set back
    }
    refilled[bucket] = nowMillis;
    long filled = milliTokens[bucket] + Math.min(elapsed, 3_600_000) * perSecond;
    int tokens = (int) Math.min(filled, (long) burst * MILLIS);
    boolean admitted = tokens >= MILLIS;
    milliTokens[bucket] = admitted ? tokens - MILLIS : tokens;
    return admitted;
  }

  private int bucket(long whose, InetAddress source) {
    byte[] ip = source.getAddress();
    int prefix = ip.length == 4 ? 3 : 7;
    long network = ip.length;
    for (int i = 0; i < prefix; i++) {
      network = (network << 8) | (ip[i] & 0xff);
    }
    return (int) (mix(mix(mix(network ^ seed) + whose) + seed) >>> 40) & (refilled.length - 1);
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
