package org.moshpit.agent.punch.strategy;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whose turn a punch of many flows is: one at a time, a pause between two, and among peers in the
 * order in which they asked. A peer that was refused keeps its place until a while after the time
 * it was told to come again; so nobody has two turns in a row while somebody else waits, and one
 * who does not come holds up the others for that while only.
 */
final class Turns {
  /** After one punch, so long none begins: routers forget in 30 s. */
  static final long COOLDOWN = TimeUnit.SECONDS.toNanos(20);

  /** Peers whose places are kept; others are told to wait, and find one when they come again. */
  static final int MAX_WAITING = 16;

  /** Late by so much, a peer has lost its place: an exchange of descriptions comes before. */
  static final long GRACE = TimeUnit.SECONDS.toNanos(15);

  /** What most punches take; one in vain takes longer, and whoever waits for it is told again. */
  private static final long USUAL = TimeUnit.SECONDS.toNanos(4);

  private static final long LEAST = TimeUnit.SECONDS.toNanos(1);

  /** Peer → when its place is lost, in the order of asking. */
  private final Map<Object, Long> waiting = new LinkedHashMap<>();

  private Object holder;
  private Object holdersPeer;
  private long begunAt;
  private boolean cooling;
  private long freeAt;

  /** What stands against a turn of that peer now; nobody is given a place. */
  Optional<NotNow> against(long now, Object peer) {
    waiting.values().removeIf(lost -> lost - now <= 0);
    int before = before(peer);
    long behind = before * (USUAL + COOLDOWN);
    if (holder != null) {
      long over = Math.max(begunAt + USUAL, now + LEAST);
      return Optional.of(new NotNow(NotNow.Cause.ANOTHER, over + COOLDOWN + behind));
    }
    boolean pause = cooling && freeAt - now > 0;
    if (before > 0) {
      long from = pause ? freeAt : now;
      return Optional.of(new NotNow(NotNow.Cause.TURN, from + behind));
    }
    return pause ? Optional.of(new NotNow(NotNow.Cause.PAUSE, freeAt)) : Optional.empty();
  }

  /** How many others have places before that peer's, or before a new one. */
  private int before(Object peer) {
    int before = 0;
    for (Iterator<Object> each = waiting.keySet().iterator(); each.hasNext(); before++) {
      if (each.next().equals(peer)) {
        return before;
      }
    }
    return before;
  }

  /**
   * The peer was told when to come again, and keeps its place or gets the last one.
   *
   * @param until when it is to come
   */
  void await(Object peer, long until) {
    if (waiting.containsKey(peer) || waiting.size() < MAX_WAITING) {
      waiting.put(peer, until + GRACE); // of one that is there, the order stays
    }
  }

  /** The turn is that peer's; {@code who} gives it back. */
  void begin(long now, Object peer, Object who) {
    waiting.remove(peer);
    holder = who;
    holdersPeer = peer;
    begunAt = now;
  }

  /** Ends it; nothing happens for anybody else, of whom it was not. */
  boolean end(long now, Object who) {
    if (holder != who) {
      return false;
    }
    holder = null;
    Long place = waiting.remove(holdersPeer);
    if (place != null) {
      waiting.put(holdersPeer, place); // asked for during its own turn: behind all who had none
    }
    cooling = true;
    freeAt = now + COOLDOWN;
    return true;
  }

  /** Peers that wait; for tests of the bounds. */
  int held() {
    return waiting.size();
  }
}
