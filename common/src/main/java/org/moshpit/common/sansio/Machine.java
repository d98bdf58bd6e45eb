package org.moshpit.common.sansio;

/**
 * A protocol as a pure state machine.
 *
 * <p>The driver calls {@link #handle} for each event and {@link #handleTimeout} when {@link
 * #nextDeadline} has passed, and after every such call drains {@link #pollTransmit} and {@link
 * #pollEvent} until both return null. {@code now} is monotonic nanoseconds ({@link
 * System#nanoTime}), comparable only by subtraction; it never runs backwards between two calls. All
 * calls of one machine come from one thread.
 *
 * @param <I> events in
 * @param <O> events out
 */
public interface Machine<I, O> {
  /** No deadline: the machine sleeps until the next event. */
  long NO_DEADLINE = Long.MAX_VALUE;

  /** Takes one event at {@code now} (monotonic nanoseconds). */
  void handle(long now, I event);

  /** Lets everything happen that was due at or before {@code now} (monotonic nanoseconds). */
  void handleTimeout(long now);

  /** The next datagram to send, or null. */
  Transmit pollTransmit();

  /** The next event out, or null. */
  O pollEvent();

  /**
   * When {@link #handleTimeout} is next wanted, in the same monotonic nanoseconds, or {@link
   * #NO_DEADLINE}.
   */
  long nextDeadline();
}
