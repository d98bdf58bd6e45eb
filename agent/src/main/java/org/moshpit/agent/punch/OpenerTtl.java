package org.moshpit.agent.punch;

/**
 * The time to live of openers, attempt by attempt: they must pass our NATs and die before the
 * peer's, and nobody knows how far away those are. Five passes two NATs in series and dies inside
 * the carrier; three is for peers nearby, eight for a NAT deep in the carrier's network; last come
 * ordinary packets alone, for a path that swallows low ones.
 */
public final class OpenerTtl {
  private static final int[] BY_ATTEMPT = {5, 3, 8, 0};

  /** Towards a peer behind the same NAT, which turns the packet back: its own NAT is that near. */
  private static final int NEARBY = 3;

  private OpenerTtl() {}

  /** Of an attempt's time to live, what is right for a peer that is seen at our own address. */
  static int nearby(int ttl) {
    return Math.min(ttl, NEARBY);
  }

  /** Of the {@code attempt}-th attempt, counted from 0; 0 means no openers. */
  public static int of(int attempt) {
    return BY_ATTEMPT[Math.floorMod(attempt, BY_ATTEMPT.length)];
  }
}
