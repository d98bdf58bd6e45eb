package org.moshpit.agent.punch.strategy;

import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Machine;

/**
 * Why no strategy ran, or which one was in vain.
 *
 * @param why for a person
 * @param until when it is worth another try, nanoseconds, or {@link Machine#NO_DEADLINE} if time
 *     alone changes nothing
 */
public record Shortcoming(String why, long until) {
  /** Nothing to say. */
  public static final Shortcoming NONE = new Shortcoming("", Machine.NO_DEADLINE);

  private static final long SAME = TimeUnit.SECONDS.toNanos(2);

  /** One that lasts. */
  static Shortcoming lasting(String why) {
    return new Shortcoming(why, Machine.NO_DEADLINE);
  }

  /**
   * One that time makes good.
   *
   * @param here whether it is this end that has to wait
   */
  static Shortcoming of(NotNow wait, boolean here) {
    String cause = here ? wait.cause().here() : wait.cause().there();
    return new Shortcoming("the punch that these NATs take has to wait: " + cause, wait.until());
  }

  /** Whether there is nothing to say. */
  public boolean isNone() {
    return why.isEmpty();
  }

  /** Whether time makes it good. */
  public boolean isWait() {
    return until != Machine.NO_DEADLINE;
  }

  /** Whether it is a wait that is not over at {@code now}. */
  public boolean isWaiting(long now) {
    return isWait() && until - now > 0;
  }

  /** Whether a person would be told the same. */
  public boolean isLike(Shortcoming other) {
    return why.equals(other.why)
        && isWait() == other.isWait()
        && (!isWait() || Math.abs(until - other.until) <= SAME);
  }

  /** Whether it lasts longer than another wait, or there is none. */
  boolean isStrongerThan(Shortcoming other) {
    return !other.isWait() || until - other.until > 0;
  }
}
