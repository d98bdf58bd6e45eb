package org.moshpit.agent.punch.strategy;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whose turn a punch of many flows is: one at a time, a pause between two, and in the order in
 * which was asked, by accounts: the second peer of an account comes after the first ones of all
 * others, and so on. A peer that was refused keeps its place until a while after the time it was
 * told to come again; so no account has two turns in a row while another waits, nor a peer while
 * another of its account does, and one who does not come holds up the others for that while only.
 */
final class Turns {
  /** After one punch, so long none begins: routers forget in 30 s. */
  static final long COOLDOWN = TimeUnit.SECONDS.toNanos(20);

  /**
   * Peers whose places are kept; others are told to wait, and find one when they come again. When
   * all are taken, who has fewer takes the last one of the account that has most.
   */
  static final int MAX_WAITING = 16;

  /** Late by so much, a peer has lost its place: an exchange of descriptions comes before. */
  static final long GRACE = TimeUnit.SECONDS.toNanos(15);

  /** What most punches take; one in vain takes longer, and whoever waits for it is told again. */
  private static final long USUAL = TimeUnit.SECONDS.toNanos(4);

  private static final long LEAST = TimeUnit.SECONDS.toNanos(1);

  /** Peer → when its place is lost, in the order of asking. */
  private final Map<Peer, Long> waiting = new LinkedHashMap<>();

  private Object holder;
  private Peer holdersPeer;
  private long begunAt;
  private boolean cooling;
  private long freeAt;

  /** What stands against a turn of that peer now; nobody is given a place. */
  Optional<NotNow> against(long now, Peer peer) {
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
  private int before(Peer peer) {
    int own = round(peer);
    boolean earlier = true;
    int before = 0;
    for (Peer each : waiting.keySet()) {
      if (each.equals(peer)) {
        earlier = false;
      } else {
        int round = round(each);
        before += round < own || (round == own && earlier) ? 1 : 0;
      }
    }
    return before;
  }

  /** How many of its own account come before it; who had the last turn counts as one. */
  private int round(Peer peer) {
    int round = holdersPeer != null && holdersPeer.account().equals(peer.account()) ? 1 : 0;
    for (Peer each : waiting.keySet()) {
      if (each.equals(peer)) {
        break;
      }
      round += each.account().equals(peer.account()) ? 1 : 0;
    }
    return round;
  }

  /**
   * The peer was told when to come again, and keeps its place or gets the last one.
   *
   * @param until when it is to come
   */
  void await(Peer peer, long until) {
    if (waiting.containsKey(peer) || waiting.size() < MAX_WAITING || makeRoom(peer)) {
      waiting.put(peer, until + GRACE); // of one that is there, the order stays
    }
  }

  /**
   * Takes the last place of the account that has most, if that are more than this one's with it.
   */
  private boolean makeRoom(Peer peer) {
    Map<Object, Integer> places = new HashMap<>();
    waiting.keySet().forEach(each -> places.merge(each.account(), 1, Integer::sum));
    int most = Collections.max(places.values());
    if (most <= places.getOrDefault(peer.account(), 0) + 1) {
      return false;
    }
    Peer last = null;
    for (Peer each : waiting.keySet()) {
      last = places.get(each.account()) == most ? each : last;
    }
    waiting.remove(last);
    return true;
  }

  /** Whether the turn is {@code who}'s now. */
  boolean isHeldBy(Object who) {
    return holder != null && holder == who;
  }

  /** The turn is that peer's; {@code who} gives it back. */
  void begin(long now, Peer peer, Object who) {
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
    // whatever its account asked for during its turn is behind all who had none
    Map<Peer, Long> behind = new LinkedHashMap<>(waiting);
    behind.keySet().removeIf(each -> !each.account().equals(holdersPeer.account()));
    Long own = behind.remove(holdersPeer);
    if (own != null) {
      behind.put(holdersPeer, own);
    }
    waiting.keySet().removeAll(behind.keySet());
    waiting.putAll(behind);
    cooling = true;
    freeAt = now + COOLDOWN;
    return true;
  }

  /** Peers that wait; for tests of the bounds. */
  int held() {
    return waiting.size();
  }
}
