package org.moshpit.agent.cli.box;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Which of the reasons that come again and again, a second apart, is worth a line of the log: each
 * when it is a new one, and then once a minute. For one thread.
 */
final class OnceAMinute {
  /** So many reasons in a minute at most; the others of it are no news. */
  static final int MOST = 16;

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final Map<String, Long> told = new HashMap<>();

  /**
   * Whether to tell it; if so, it counts as told.
   *
   * @param now monotonic nanoseconds
   */
  boolean isNews(String reason, long now) {
    told.values().removeIf(at -> now - at >= MINUTE);
    return told.size() < MOST && told.putIfAbsent(reason, now) == null;
  }

  /** What was told about is over; if it comes again, that is news. */
  void over() {
    told.clear();
  }
}
