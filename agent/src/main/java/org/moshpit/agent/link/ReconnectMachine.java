package org.moshpit.agent.link;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.agent.link.ReconnectMachine.Input;
import org.moshpit.agent.link.ReconnectMachine.Output;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;

/**
 * When to dial the rendezvous again. Exponential backoff with full jitter, so that ten thousand
 * agents do not return to a restarted rendezvous in one instant.
 *
 * <pre>
 * IDLE     -- Start ------------------------------------- DIALLING   (Dial)
 * DIALLING -- LinkUp ------------------------------------ UP
 * DIALLING -- LinkDown ---------------------------------- WAITING    (Waiting, growing)
 * UP       -- LinkDown ---------------------------------- WAITING    (Waiting; from 0–1 s again if
 *                                                                    the link had lasted)
 * UP       -- LinkDown, soon after NetworkChanged -------- DIALLING   (Waiting, 0; Dial)
 * WAITING  -- timeout ----------------------------------- DIALLING   (Dial)
 * WAITING  -- NetworkChanged, unless told to stay away -- DIALLING   (Dial)
 * WAITING  -- Wanted, unless told to stay away ----------- WAITING    (0.7 s at most from then on; 2 s
 *                                                                    where the link has been away
 *                                                                    for two minutes)
 * any      -- Stop -------------------------------------- STOPPED
 * </pre>
 */
public final class ReconnectMachine implements Machine<Input, Output> {
  /** What happens. */
  public sealed interface Input {}

  /** Begin. */
  public record Start() implements Input {}

  /** The login was accepted. */
  public record LinkUp() implements Input {}

  /** The attempt failed, or the link ended. */
  public record LinkDown(Cause cause) implements Input {}

  /** This machine has another network than before: an old failure says nothing about it. */
  public record NetworkChanged() implements Input {}

  /** Somebody at a keyboard waits for a link, now. Said for each datagram that waits. */
  public record Wanted() implements Input {}

  /** End. */
  public record Stop() implements Input {}

  /** What to do. */
  public sealed interface Output {}

  /** Dial now. */
  public record Dial() implements Output {}

  /**
   * The next attempt comes by itself.
   *
   * @param millis from now, 0 to {@link #MAX_STAY_AWAY_MILLIS}
   */
  public record Waiting(Cause cause, long millis) implements Output {}

  /** What a link ended of, as far as it matters for the next. */
  public enum Cause {
    /** A network's or a server's failure. */
    ORDINARY,
    /**
     * Another process logged in with our name: dialling at once would only throw it out in turn.
     */
    SUPERSEDED,
    /** Refused for a reason that time alone does not mend. */
    REFUSED
  }

  /** The longest wait after an ordinary failure, in milliseconds. */
  public static final long MAX_WAIT_MILLIS = 60_000;

  /** The longest wait after being superseded or refused, in milliseconds. */
  public static final long MAX_STAY_AWAY_MILLIS = 600_000;

  private static final long FIRST_WAIT_MILLIS = 1_000;
  private static final long MIN_STAY_AWAY_MILLIS = 300_000;
  private static final long LASTED_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** The longest wait while it is wanted, in milliseconds, and once it has been away for long. */
  private static final long WANTED_MILLIS = 700;

  private static final long WANTED_LATE_MILLIS = 2_000;
  private static final long LATE_NANOS = TimeUnit.MINUTES.toNanos(2);

  /** For so long after the last word it still is. */
  private static final long WANTED_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A link that ends so soon after the network changed ended because of that. */
  private static final long BECAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private enum State {
    IDLE,
    DIALLING,
    UP,
    WAITING,
    STOPPED
  }

  private final RandomGenerator random;
  private final Queue<Output> out = new ArrayDeque<>();
  private State state = State.IDLE;
  private int failures;
  private boolean stayAway;
  private long since;
  private long deadline;
  private boolean wanted;
  private long wantedAt;

  /** Since when there has been no link; means nothing while there is one. */
  private long awaySince;

  private boolean changed;
  private long changedAt;

  /**
   * A machine at rest.
   *
   * @param random the source of jitter
   */
  public ReconnectMachine(RandomGenerator random) {
    this.random = Objects.requireNonNull(random);
  }

  @Override
  public void handle(long now, Input event) {
    if (state == State.STOPPED) {
      return;
    }
    if (event instanceof Start) {
      require(State.IDLE, event);
      awaySince = now;
      become(State.DIALLING, now);
      out.add(new Dial());
    } else if (event instanceof LinkUp) {
      require(State.DIALLING, event);
      become(State.UP, now);
    } else if (event instanceof LinkDown down) {
      linkDown(now, down.cause());
    } else if (event instanceof NetworkChanged) {
      if (state == State.WAITING && !stayAway) {
        failures = 0;
        become(State.DIALLING, now);
        out.add(new Dial());
      } else if (state == State.UP) {
        changed = true;
        changedAt = now;
      }
    } else if (event instanceof Wanted) {
      wanted = true;
      wantedAt = now;
      long most = wantedMillis(now);
      long soon = now + TimeUnit.MILLISECONDS.toNanos(most);
      if (state == State.WAITING && !stayAway && deadline - soon > 0) {
        deadline = now + TimeUnit.MILLISECONDS.toNanos(random.nextLong(most + 1));
      }
    } else {
      become(State.STOPPED, now);
    }
  }

  private long wantedMillis(long now) {
    return now - awaySince < LATE_NANOS ? WANTED_MILLIS : WANTED_LATE_MILLIS;
  }

  private void linkDown(long now, Cause cause) {
    if (state == State.UP) {
      awaySince = now;
    }
    boolean because = changed && now - changedAt < BECAUSE_NANOS;
    changed = false;
    if (state == State.UP && because && cause == Cause.ORDINARY) {
      // the rendezvous is as it was: no others come with us
      failures = 0;
      become(State.DIALLING, now);
      out.add(new Waiting(cause, 0));
      out.add(new Dial());
      return;
    }
    if (state == State.UP && now - since >= LASTED_NANOS) {
      failures = 0;
    } else if (state != State.UP && state != State.DIALLING) {
      throw new IllegalStateException("LinkDown while " + state);
    }
    stayAway = cause != Cause.ORDINARY;
    long millis;
    if (stayAway) {
      millis = random.nextLong(MIN_STAY_AWAY_MILLIS, MAX_STAY_AWAY_MILLIS + 1);
    } else {
      long limit = Math.min(MAX_WAIT_MILLIS, FIRST_WAIT_MILLIS << Math.min(failures, 16));
      if (wanted && now - wantedAt < WANTED_NANOS) {
        limit = Math.min(limit, wantedMillis(now));
      }
      millis = random.nextLong(limit + 1);
      failures++;
    }
    become(State.WAITING, now);
    deadline = now + TimeUnit.MILLISECONDS.toNanos(millis);
    out.add(new Waiting(cause, millis));
  }

  private void require(State expected, Input event) {
    if (state != expected) {
      throw new IllegalStateException(event + " while " + state);
    }
  }

  private void become(State next, long now) {
    state = next;
    since = now;
  }

  @Override
  public void handleTimeout(long now) {
    if (state == State.WAITING && now - deadline >= 0) {
      become(State.DIALLING, now);
      out.add(new Dial());
    }
  }

  /** Always null: this machine has no socket. */
  @Override
  public Transmit pollTransmit() {
    return null;
  }

  @Override
  public Output pollEvent() {
    return out.poll();
  }

  @Override
  public long nextDeadline() {
    return state == State.WAITING ? deadline : NO_DEADLINE;
  }
}
