package org.moshpit.agent.punch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The checklist (RFC 8445 §6.1.2): pairs by falling priority, their states, and which is checked
 * next (§6.1.4.2). There is one component and one stream, so there is one list.
 */
final class Checklist {
  /** RFC 8445 §6.1.2.5. */
  static final int MAX_PAIRS = 100;

  private static final Comparator<CandidatePair> BEST_FIRST =
      Comparator.comparingLong((CandidatePair pair) -> pair.priority).reversed();

  private final List<CandidatePair> pairs = new ArrayList<>();
  private final Deque<CandidatePair> triggered = new ArrayDeque<>();

  List<CandidatePair> pairs() {
    return pairs;
  }

  CandidatePair find(SocketId socket, TransportAddress remote) {
    for (CandidatePair pair : pairs) {
      if (pair.is(socket, remote)) {
        return pair;
      }
    }
    return null;
  }

  /**
   * Adds a pair at its place; of too many the worst unproven goes.
   *
   * @return whether it is in the list
   */
  boolean add(CandidatePair added) {
    if (pairs.size() >= MAX_PAIRS) {
      CandidatePair worst = pairs.get(pairs.size() - 1);
      if (worst.valid || worst.priority >= added.priority) {
        return false;
      }
      remove(worst);
    }
    boolean frozen =
        pairs.stream()
            .anyMatch(
                pair ->
                    pair.sharesFoundation(added)
                        && (pair.state == PairState.WAITING
                            || pair.state == PairState.IN_PROGRESS));
    added.state = frozen ? PairState.FROZEN : PairState.WAITING;
    pairs.add(added);
    pairs.sort(BEST_FIRST);
    return true;
  }

  void remove(CandidatePair pair) {
    pairs.remove(pair);
    triggered.remove(pair);
  }

  void removeSocket(SocketId socket) {
    pairs.removeIf(pair -> pair.local.socket().equals(socket));
    triggered.removeIf(pair -> pair.local.socket().equals(socket));
  }

  /** After a change of role. */
  void prioritize(IceRole role) {
    pairs.forEach(pair -> pair.prioritize(role));
    pairs.sort(BEST_FIRST);
  }

  /** Puts a pair into the triggered-check queue (RFC 8445 §6.1.4.1) unless it stands there. */
  void trigger(CandidatePair pair) {
    pair.state = PairState.WAITING;
    if (!triggered.contains(pair)) {
      triggered.add(pair);
    }
  }

  /** A check on it was answered: it needs none any more. */
  void untrigger(CandidatePair pair) {
    triggered.remove(pair);
  }

  CandidatePair nextTriggered() {
    return triggered.poll();
  }

  boolean hasTriggered() {
    return !triggered.isEmpty();
  }

  /** Calls {@code then} for each such pair, the best first. */
  void forEach(Predicate<CandidatePair> which, Consumer<CandidatePair> then) {
    for (CandidatePair pair : pairs) {
      if (which.test(pair)) {
        then.accept(pair);
      }
    }
  }

  /** The next ordinary check of such a pair, or null. */
  CandidatePair nextOrdinary(Predicate<CandidatePair> ready) {
    CandidatePair waiting = firstIn(PairState.WAITING, ready);
    if (waiting == null) {
      thaw();
      waiting = firstIn(PairState.WAITING, ready);
    }
    return waiting;
  }

  boolean hasOrdinary(Predicate<CandidatePair> ready) {
    return firstIn(PairState.WAITING, ready) != null || firstIn(PairState.FROZEN, ready) != null;
  }

  /** A check succeeded: others of its foundation are worth one (RFC 8445 §7.2.5.3.3). */
  void unfreezeLike(CandidatePair succeeded) {
    for (CandidatePair pair : pairs) {
      if (pair.state == PairState.FROZEN && pair.sharesFoundation(succeeded)) {
        pair.state = PairState.WAITING;
      }
    }
  }

  /** Nominated: what is not yet checked never will be (RFC 8445 §8.1.2). */
  void settle() {
    triggered.clear();
    pairs.removeIf(pair -> pair.isOpen() && pair.transaction == null);
  }

  private void thaw() {
    for (CandidatePair pair : pairs) {
      boolean blocked =
          pairs.stream()
              .anyMatch(
                  other ->
                      other.sharesFoundation(pair)
                          && (other.state == PairState.WAITING
                              || other.state == PairState.IN_PROGRESS));
      if (pair.state == PairState.FROZEN && !blocked) {
        pair.state = PairState.WAITING;
      }
    }
  }

  private CandidatePair firstIn(PairState state, Predicate<CandidatePair> ready) {
    for (CandidatePair pair : pairs) {
      if (pair.state == state && ready.test(pair)) {
        return pair;
      }
    }
    return null;
  }
}
