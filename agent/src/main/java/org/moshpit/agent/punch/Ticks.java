package org.moshpit.agent.punch;

import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.moshpit.agent.punch.strategy.StrategyRunner;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;

/** When the next plain check leaves, and on which pair (RFC 8445 §6.1.4.2). */
final class Ticks {
  /** Ta, the pace of new transactions (RFC 8445 §14.2). */
  static final long TA = TimeUnit.MILLISECONDS.toNanos(50);

  /** A start is never put off for longer, whatever the peer says. */
  static final long MAX_START_DELAY = TimeUnit.SECONDS.toNanos(2);

  private final Checklist checklist;
  private final StrategyRunner strategies;
  private long startAt;
  private long next;

  Ticks(Checklist checklist, StrategyRunner strategies) {
    this.checklist = checklist;
    this.strategies = strategies;
  }

  /** The peer is described: ordinary checks begin that much later, triggered ones at once. */
  void begin(long now, long delay) {
    startAt = now + Math.min(Math.max(delay, 0), MAX_START_DELAY);
    next = now;
  }

  /** There is no need to wait any longer. */
  void hurry(long now) {
    startAt = startAt - now > 0 ? now : startAt;
  }

  /** When ordinary checks began, or will. */
  long startAt() {
    return startAt;
  }

  /**
   * The pair whose turn it is: one each Ta, triggered ones first; null for none.
   *
   * @param checking whether ordinary ones are sent at all
   */
  CandidatePair take(long now, boolean checking) {
    if (next - now > 0) {
      return null;
    }
    CandidatePair pair = checklist.nextTriggered();
    boolean ordinary = pair == null && checking && startAt - now <= 0;
    boolean all = !isEarly(now);
    Predicate<CandidatePair> ready = each -> all || !each.crossesNats();
    if (ordinary && checklist.hasOrdinary(ready)) {
      next = now + TA;
      pair = checklist.nextOrdinary(ready);
    }
    if (pair != null) {
      next = now + TA;
    }
    return pair;
  }

  /** Whether plain checks would disturb a strategy. */
  private boolean isEarly(long now) {
    long plainFrom = strategies.plainFrom();
    return plainFrom != Machine.NO_DEADLINE && plainFrom - now > 0;
  }

  /** When there may be a triggered check, or {@link Machine#NO_DEADLINE}. */
  long nextTriggered() {
    return checklist.hasTriggered() ? next : Machine.NO_DEADLINE;
  }

  /** When there may be an ordinary one, or {@link Machine#NO_DEADLINE}. */
  long nextOrdinary() {
    long plainFrom = strategies.plainFrom();
    long ordinaryAt = Deadlines.later(next, startAt);
    if (checklist.hasOrdinary(pair -> plainFrom == Machine.NO_DEADLINE || !pair.crossesNats())) {
      return ordinaryAt;
    }
    return checklist.hasOrdinary(pair -> true)
        ? Deadlines.later(ordinaryAt, plainFrom)
        : Machine.NO_DEADLINE;
  }
}
