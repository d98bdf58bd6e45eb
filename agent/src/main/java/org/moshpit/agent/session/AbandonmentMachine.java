package org.moshpit.agent.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.seal.SessionId;

/**
 * Knows which sessions of a box nobody will come back to: those no client has called within a
 * minute, and those whose laptop was not heard for the time set.
 *
 * <p>Time is the kernel's clock since boot: it counts while the machine sleeps, nobody sets it, and
 * it goes on when the agent is started again. A reboot begins it anew, and ends every mosh-server.
 * When a laptop was heard is written down now and then; after a restart it counts as heard as late
 * as it may have been, so that no session ends too early because of it.
 *
 * <p>Transitions of a session:
 *
 * <pre>
 * –         → EXPECTED   opened; or restored, and no client was ever heard
 * –         → HEARD      restored, and one was, or it is not known
 * EXPECTED  → HEARD      something came from the laptop
 * EXPECTED  → ABANDONED  60 s
 * HEARD     → ABANDONED  nothing came for the time set
 * any       → OVER       it ended
 * </pre>
 *
 * <p>Nothing brings an abandoned one back, as its end is under way. One thread; as many sessions as
 * it is told of.
 */
public final class AbandonmentMachine implements Machine<AbandonmentInput, AbandonmentOutput> {
  /** How long a first client may take; mosh-server itself waits as long. */
  static final Duration FIRST = Duration.ofSeconds(60);

  private static final long MAX_PERIOD_MILLIS = Duration.ofHours(1).toMillis();
  private static final long MIN_PERIOD_MILLIS = Duration.ofSeconds(10).toMillis();

  private static final List<Map.Entry<Long, String>> UNITS =
      List.of(Map.entry(86_400L, "day"), Map.entry(3_600L, "hour"), Map.entry(60L, "minute"));

  private final long timeoutMillis;
  private final long periodMillis;
  private final Map<SessionId, Kept> sessions = new HashMap<>();
  private final Queue<AbandonmentOutput> events = new ArrayDeque<>();
  private long clockNanos;
  private long clockMillis;

  private static final class Kept {
    AbandonmentStep step;
    long heardMillis;
    boolean heardSinceHere;
    long writtenMillis;
    long endMillis;
  }

  /**
   * What is to be expected of a session.
   *
   * @param silentMillis how long its laptop has not been heard; −1: no client has come, or nothing
   *     since this agent began, and so not known exactly
   * @param endsInMillis when it ends if nothing more is heard; 0 or less: it is being ended
   */
  public record Outlook(long silentMillis, long endsInMillis) {}

  /**
   * Without sessions.
   *
   * @param timeout after which a silent laptop's session ends; a minute to a year
   * @param now monotonic nanoseconds
   * @param bootMillis the clock since boot, now
   */
  public AbandonmentMachine(Duration timeout, long now, long bootMillis) {
    this.timeoutMillis = timeout.toMillis();
    this.periodMillis =
        Math.max(MIN_PERIOD_MILLIS, Math.min(MAX_PERIOD_MILLIS, timeoutMillis / 16));
    this.clockNanos = now;
    this.clockMillis = bootMillis;
  }

  @Override
  public void handle(long now, AbandonmentInput event) {
    if (event instanceof AbandonmentInput.Clock clock) {
      clockMillis = Math.max(millis(now), clock.bootMillis());
      clockNanos = now;
    } else if (event instanceof AbandonmentInput.Opened opened) {
      expect(now, opened.session(), "mosh-server runs");
    } else if (event instanceof AbandonmentInput.Restored restored) {
      restored(now, restored);
    } else if (event instanceof AbandonmentInput.Heard heard) {
      heard(now, heard.session());
    } else if (event instanceof AbandonmentInput.Ended ended) {
      if (sessions.containsKey(ended.session())) {
        move(ended.session(), AbandonmentStep.OVER, "the session ended");
      }
    }
    handleTimeout(now);
  }

  private void expect(long now, SessionId session, String reason) {
    Kept kept = new Kept();
    kept.endMillis = millis(now) + FIRST.toMillis();
    sessions.put(session, kept);
    move(session, AbandonmentStep.EXPECTED, reason);
  }

  private void restored(long now, AbandonmentInput.Restored restored) {
    if (restored.heardMillis() == 0) {
      expect(now, restored.session(), "restored, without a client so far");
      return;
    }
    Kept kept = new Kept();
    boolean known = restored.heardMillis() > 0;
    long latest = restored.heardMillis() + periodMillis;
    kept.heardMillis = known ? Math.min(millis(now), latest) : millis(now);
    kept.writtenMillis = restored.heardMillis();
    kept.endMillis = kept.heardMillis + timeoutMillis;
    sessions.put(restored.session(), kept);
    move(restored.session(), AbandonmentStep.HEARD, "restored");
  }

  private void heard(long now, SessionId session) {
    Kept kept = sessions.get(session);
    if (kept == null || kept.step == AbandonmentStep.ABANDONED) {
      return;
    }
    boolean first = kept.step == AbandonmentStep.EXPECTED;
    kept.heardMillis = millis(now);
    kept.heardSinceHere = true;
    kept.endMillis = kept.heardMillis + timeoutMillis;
    if (first || kept.heardMillis - kept.writtenMillis >= periodMillis) {
      kept.writtenMillis = kept.heardMillis;
      events.add(new AbandonmentOutput.Persist(session, kept.heardMillis));
    }
    if (first) {
      move(session, AbandonmentStep.HEARD, "a client has come");
    }
  }

  @Override
  public void handleTimeout(long now) {
    long time = millis(now);
    for (Map.Entry<SessionId, Kept> entry : sessions.entrySet()) {
      Kept kept = entry.getValue();
      if (kept.step != AbandonmentStep.ABANDONED && kept.endMillis - time <= 0) {
        move(
            entry.getKey(),
            AbandonmentStep.ABANDONED,
            kept.step == AbandonmentStep.EXPECTED
                ? "no client came within " + words(FIRST.toMillis())
                : "nothing was heard of the laptop for " + words(timeoutMillis));
      }
    }
  }

  private void move(SessionId session, AbandonmentStep step, String reason) {
    if (step == AbandonmentStep.OVER) {
      sessions.remove(session);
    } else {
      sessions.get(session).step = step;
    }
    events.add(new AbandonmentOutput.Moved(session, step, reason));
  }

  /** What a session may expect at {@code now}; nothing of one that is not known. */
  public Optional<Outlook> outlook(long now, SessionId session) {
    long time = millis(now);
    return Optional.ofNullable(sessions.get(session))
        .map(
            kept ->
                new Outlook(
                    !kept.heardSinceHere ? -1 : time - kept.heardMillis,
                    kept.step == AbandonmentStep.ABANDONED ? 0 : kept.endMillis - time));
  }

  /** The clock since boot at {@code now}, by what it was told last. */
  private long millis(long now) {
    return clockMillis + TimeUnit.NANOSECONDS.toMillis(now - clockNanos);
  }

  /** A length of time as people say it, exactly. */
  static String words(long millis) {
    long seconds = TimeUnit.MILLISECONDS.toSeconds(millis);
    for (Map.Entry<Long, String> unit : UNITS) {
      if (seconds % unit.getKey() == 0) {
        long count = seconds / unit.getKey();
        return count + " " + unit.getValue() + (count == 1 ? "" : "s");
      }
    }
    return seconds + " seconds";
  }

  /** Never. */
  @Override
  public Transmit pollTransmit() {
    return null;
  }

  @Override
  public AbandonmentOutput pollEvent() {
    return events.poll();
  }

  @Override
  public long nextDeadline() {
    return sessions.values().stream()
        .filter(kept -> kept.step != AbandonmentStep.ABANDONED)
        .mapToLong(kept -> kept.endMillis)
        .min()
        .stream()
        .map(end -> clockNanos + TimeUnit.MILLISECONDS.toNanos(end - clockMillis))
        .findFirst()
        .orElse(NO_DEADLINE);
  }
}
