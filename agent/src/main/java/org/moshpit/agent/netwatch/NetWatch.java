package org.moshpit.agent.netwatch;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Watches the network and the clocks, and tells one listener on the event loop. Every method on the
 * event loop, too.
 *
 * <p>{@code ip monitor} says that something happened; what it is now is read as a whole, once a
 * burst of news has calmed down. An address that went and came back in between may have done so in
 * another network, where it is the same by chance. Without {@code ip} the network is read every
 * second. The clocks are looked at every second.
 */
public final class NetWatch {
  /** Told what happened; on the event loop. */
  public interface Listener {
    /**
     * Addresses or default routes are others than before.
     *
     * @param now the whole
     * @param reason what differs, in a few words
     */
    void networkChanged(NetworkSnapshot now, String reason);

    /**
     * The machine slept, the clock was set, or this process was stopped and continued: paths may be
     * gone, look now.
     */
    void resumed(SuspendDetector.Finding finding);
  }

  private static final long TICK_MILLIS = 1000;
  private static final long LATE_MILLIS = 2000;
  private static final long CALM_MILLIS = 150;
  private static final long RETRY_MONITOR_TICKS = 60;

  private final EventExecutor loop;
  private final Executor blocking;
  private final Listener listener;
  private final SnapshotReader reader;
  private final String[] monitorCommand;
  private SuspendDetector suspend;
  private Future<?> ticker;
  private Future<?> calm;
  private IpMonitor monitor;
  private NetworkSnapshot last;
  private boolean reading;
  private boolean readAgain;

  /** An address of the last snapshot was deleted since; by now it may be back, elsewhere. */
  private boolean addressLost;

  private boolean closed;
  private long ticks;

  /**
   * A watch of this machine; {@link #start} sets it going.
   *
   * @param blocking where interfaces are read
   */
  public NetWatch(EventExecutor loop, Executor blocking, Listener listener) {
    this(loop, blocking, listener, new SnapshotReader(), IpMonitor.COMMAND);
  }

  NetWatch(
      EventExecutor loop,
      Executor blocking,
      Listener listener,
      SnapshotReader reader,
      String... monitorCommand) {
    this.loop = loop;
    this.blocking = blocking;
    this.listener = listener;
    this.reader = reader;
    this.monitorCommand = monitorCommand;
  }

  /** Begins. The first snapshot is what later ones are compared with; it is not told. */
  public void start() {
    suspend =
        new SuspendDetector(
            System.nanoTime(),
            System.currentTimeMillis(),
            TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS),
            TimeUnit.MILLISECONDS.toNanos(LATE_MILLIS));
    startMonitor();
    read();
    tickLater();
  }

  /** Reads the network now, for one who suspects that it changed. */
  public void check() {
    read();
  }

  /** Whether there is something later snapshots are compared with. */
  boolean hasSnapshot() {
    return last != null;
  }

  /** Ends it; the listener hears nothing more. */
  public void close() {
    closed = true;
    if (ticker != null) {
      ticker.cancel(false);
    }
    if (calm != null) {
      calm.cancel(false);
    }
    if (monitor != null) {
      monitor.close();
    }
  }

  private void tickLater() {
    ticker = loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    if (closed) {
      return;
    }
    tickLater();
    ticks++;
    SuspendDetector.Finding finding = suspend.look(System.nanoTime(), System.currentTimeMillis());
    if (finding != SuspendDetector.Finding.NOTHING) {
      listener.resumed(finding);
      read();
    } else if (monitor == null) {
      read();
    }
    if (monitor == null && ticks % RETRY_MONITOR_TICKS == 0) {
      startMonitor();
    }
  }

  private void startMonitor() {
    if (monitorCommand.length == 0) {
      return;
    }
    inBackground(
        () -> {
          IpMonitor started;
          try {
            started =
                IpMonitor.start(
                    monitorCommand,
                    line -> onLoop(() -> news(line)),
                    ended -> onLoop(() -> monitorEnded(ended)));
          } catch (IOException e) {
            return;
          }
          onLoop(() -> monitorStarted(started));
        });
  }

  private void monitorStarted(IpMonitor started) {
    if (closed || monitor != null) {
      started.close();
    } else if (started.isAlive()) {
      monitor = started;
      // something may have happened before it listened
      read();
    }
  }

  private void monitorEnded(IpMonitor ended) {
    if (monitor == ended) {
      monitor = null;
    }
  }

  private void news(String line) {
    if (last != null && last.isDeletedBy(line)) {
      addressLost = true;
    }
    if (!closed && (calm == null || calm.isDone())) {
      calm = loop.schedule(this::read, CALM_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void read() {
    if (closed) {
      return;
    }
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    inBackground(
        () -> {
          NetworkSnapshot now;
          try {
            now = reader.read();
          } catch (IOException e) {
            now = null;
          }
          NetworkSnapshot result = now;
          onLoop(() -> done(result));
        });
  }

  private void done(NetworkSnapshot now) {
    reading = false;
    if (closed) {
      return;
    }
    if (now != null) {
      NetworkSnapshot before = last;
      boolean lost = addressLost;
      addressLost = false;
      last = now;
      if (before != null && !now.equals(before)) {
        listener.networkChanged(now, now.differenceFrom(before));
      } else if (before != null && lost) {
        listener.networkChanged(now, "an address was gone for a moment");
      }
    }
    if (readAgain) {
      readAgain = false;
      read();
    }
  }

  private void inBackground(Runnable task) {
    try {
      blocking.execute(task);
    } catch (RejectedExecutionException e) {
      // everything is being closed
      reading = false;
    }
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // the loop has ended, and with it everybody who could listen
    }
  }
}
