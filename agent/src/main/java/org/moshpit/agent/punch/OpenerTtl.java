package org.moshpit.agent.punch;

/**
 * The time to live of openers, attempt by attempt: they must pass our NATs and die before the
 * peer's, and nobody knows how far away those are. Five passes two NATs in series and dies inside
 * the carrier; three is for peers nearby, eight for a NAT deep in the carrier's network; last come
 * ordinary packets alone, for a path that swallows low ones. From the third attempt on two of three
 * go with five again, which is mostly right: when nothing but the time was wrong, the next attempt
 * must not be spoilt by a time to live that is. Which ones, both ends tell from the number of the
 * controlling end's generation, because one end that does otherwise spoils it for both.
 */
public final class OpenerTtl {
  private static final int[] BY_ATTEMPT = {5, 3, 8, 0};

  /** The attempt from which on they are rare, counted from 0. */
  private static final int STEADY = 2;

  /** Towards a peer behind the same NAT, which turns the packet back: its own NAT is that near. */
  private static final int NEARBY = 3;

  private OpenerTtl() {}

  /** Of an attempt's time to live, what is right for a peer that is seen at our own address. */
  static int nearby(int ttl) {
    return Math.min(ttl, NEARBY);
  }

  /**
   * Of the {@code attempt}-th attempt, counted from 0; 0 means no openers.
   *
   * @param generation of the controlling end
   */
  public static int of(int attempt, int generation) {
    if (attempt < STEADY) {
      return BY_ATTEMPT[attempt];
    }
    return isOdd(attempt, generation)
        ? BY_ATTEMPT[1 + generation / 3 % (BY_ATTEMPT.length - 1)]
        : BY_ATTEMPT[0];
  }

  /** Whether a late attempt is one of those with another time to live than the usual one. */
  public static boolean isOdd(int attempt, int generation) {
    return attempt >= STEADY && generation % 3 == 2;
  }
}
