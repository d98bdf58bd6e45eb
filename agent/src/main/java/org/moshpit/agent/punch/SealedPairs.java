package org.moshpit.agent.punch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceCredentials;

/**
 * The credentials of the newest three generations that both ends have told each other, sealed: what
 * proves an indication to be the peer's. For one thread.
 */
public final class SealedPairs {
  /** The peer may not know of the newest yet. */
  private static final int KEPT = 3;

  /** One generation's. */
  static final class Pair {
    final CheckCodec codec;

    /** The highest number of the peer's questions over the relay. */
    int echoed;

    private final IceCredentials local;
    private final IceCredentials remote;

    Pair(IceCredentials local, IceCredentials remote) {
      this.local = local;
      this.remote = remote;
      codec = new CheckCodec(local);
      codec.remote(remote);
    }
  }

  private final RandomGenerator random;
  private final Deque<Pair> pairs = new ArrayDeque<>(KEPT + 1);

  /**
   * Knows nobody.
   *
   * @param random unpredictable: transaction IDs come from it
   */
  public SealedPairs(RandomGenerator random) {
    this.random = random;
  }

  /** Both ends have told each other these; nothing changes if they are the newest already. */
  public void know(IceCredentials local, IceCredentials remote) {
    Pair newest = pairs.peekFirst();
    if (newest != null && newest.local.equals(local) && newest.remote.equals(remote)) {
      return;
    }
    pairs.addFirst(new Pair(local, remote));
    if (pairs.size() > KEPT) {
      pairs.removeLast();
    }
  }

  /** The newest, or null as long as the peer is unknown. */
  Pair newest() {
    return pairs.peekFirst();
  }

  /** All, the newest first. */
  Iterable<Pair> all() {
    return pairs;
  }

  RandomGenerator random() {
    return random;
  }
}
