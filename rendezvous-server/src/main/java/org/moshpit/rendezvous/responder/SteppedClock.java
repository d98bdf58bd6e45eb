package org.moshpit.rendezvous.responder;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The rendezvous' clock, that agents are told and whose time their Binding requests bear. It is the
 * wall clock as it was at the start, counted on by the monotonic one: somebody setting the wall
 * clock moves nothing that is under way. Agents that are greeted after that are told the new time;
 * those greeted before go on with the old one, so both are remembered. Safe for any thread.
 */
public final class SteppedClock {
  /** A wall clock further off than this, in milliseconds, was set. */
  static final long STEP_MILLIS = 60_000;

  /** So many times of day are remembered, the present one among them. */
  static final int REMEMBERED = 4;

  private final LongSupplier wall;
  private final LongSupplier nanos;
  private final long startMillis;
  private final long startNanos;

  /** By how many milliseconds the wall clock was ahead of the steady one, the latest last. */
  private volatile long[] ahead = {0};

  /**
   * Begins now.
   *
   * @param wall Unix milliseconds
   * @param nanos monotonic nanoseconds
   */
  public SteppedClock(LongSupplier wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
    startMillis = wall.getAsLong();
    startNanos = nanos.getAsLong();
  }

  /** Unix milliseconds that never step, for tokens. */
  public long steadyMillis() {
    return steadyMillis(nanos.getAsLong());
  }

  /** The same at a monotonic time, in nanoseconds. */
  public long steadyMillis(long now) {
    return startMillis + TimeUnit.NANOSECONDS.toMillis(now - startNanos);
  }

  /** The wall clock, Unix milliseconds; what agents are told has to be asked for here. */
  public synchronized long wallMillis() {
    long now = wall.getAsLong();
    long step = now - steadyMillis();
    long[] known = ahead;
    if (Math.abs(step - known[known.length - 1]) > STEP_MILLIS) {
      int dropped = known.length < REMEMBERED ? 0 : 1;
      long[] more = Arrays.copyOfRange(known, dropped, known.length + 1);
      more[more.length - 1] = step;
      ahead = more;
    }
    return now;
  }

  /** Whether an agent that was told the time, before or after a step, may say that it is now. */
  boolean isNear(long said, long steadyMillis, long most) {
    for (long step : ahead) {
      long now = steadyMillis + step;
      if (said >= now - most && said <= now + most) {
        return true;
      }
    }
    return false;
  }
}
