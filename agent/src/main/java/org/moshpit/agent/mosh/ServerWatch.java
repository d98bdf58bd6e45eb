package org.moshpit.agent.mosh;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Knows when a mosh-server has ended, and ends it on request. Every method is called on the event
 * loop, the listener too; one look costs some ten microseconds, and no session costs a thread.
 */
public final class ServerWatch {
  /** Told once, when the mosh-server has ended. */
  public interface Listener {
    /**
     * It has ended.
     *
     * @param reason a few words for a log
     */
    void serverEnded(String reason);
  }

  private static final long LOOK_MILLIS = 2000;
  private static final long CLOSE_LOOK_MILLIS = 50;
  private static final long UNREACHABLE_MILLIS = 1000;
  private static final long KILL_AGAIN_MILLIS = 1000;

  private final EventExecutor loop;
  private final ServerProcess process;
  private final long graceMillis;
  private final Listener listener;
  private Future<?> next;
  private boolean over;
  private long killAt;
  private long unreachableUntil;
  private boolean ending;
  private boolean unreachable;

  /**
   * Watches from now on.
   *
   * @param graceMillis between SIGTERM and SIGKILL of {@link #end}; a mosh-server takes one round
   *     trip to say goodbye, and waits 10 s for a client that does not answer
   */
  public ServerWatch(
      EventExecutor loop, ServerProcess process, long graceMillis, Listener listener) {
    this.loop = loop;
    this.process = process;
    this.graceMillis = graceMillis;
    this.listener = listener;
    next = loop.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The process that is watched. */
  public ServerProcess process() {
    return process;
  }

  /** Whether it has ended, or is not watched any more. */
  public boolean isOver() {
    return over;
  }

  /** Its port answered with ICMP port unreachable: it is ending or gone. */
  public void portUnreachable() {
    if (!over && !unreachable) {
      unreachable = true;
      unreachableUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(UNREACHABLE_MILLIS);
      lookNow();
    }
  }

  /** Asks it to end; after the grace it is killed. The listener hears when it has ended. */
  public void end() {
    if (!over && !ending) {
      ending = true;
      killAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(graceMillis);
      process.terminate();
      lookNow();
    }
  }

  /** Looks no more; the mosh-server goes on, and the listener hears nothing. */
  public void forget() {
    over = true;
    next.cancel(false);
  }

  private void lookNow() {
    next.cancel(false);
    look();
  }

  private void look() {
    if (over) {
      return;
    }
    long now = System.nanoTime();
    if (!process.alive()) {
      finish(ending ? "ended on request" : "mosh-server has ended");
      return;
    }
    if (unreachable && now - unreachableUntil >= 0) {
      // a mosh-server never opens its port again, so this one can serve nobody
      process.kill();
      finish("mosh-server closed its port");
      return;
    }
    if (ending && now - killAt >= 0) {
      process.kill();
      killAt = now + TimeUnit.MILLISECONDS.toNanos(KILL_AGAIN_MILLIS);
    }
    long pause = ending || unreachable ? CLOSE_LOOK_MILLIS : LOOK_MILLIS;
    next = loop.schedule(this::look, pause, TimeUnit.MILLISECONDS);
  }

  private void finish(String reason) {
    over = true;
    listener.serverEnded(reason);
  }
}
