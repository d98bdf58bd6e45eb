package org.moshpit.agent.cli.wiring;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A few threads for one kind of work that blocks, so shared out that nobody whose work hangs holds
 * up another's: each owner has so many pieces under way at most, and whose turn it is goes round
 * among the owners that wait. Any thread.
 */
final class FairPool {
  /** Pieces of one owner that may wait. */
  static final int WAITING = 256;

  /**
   * How much.
   *
   * @param threads pieces under way at once
   * @param perOwner the same, of one owner
   * @param patienceNanos a piece that has waited longer is of no use to anybody
   */
  record Bounds(int threads, int perOwner, long patienceNanos) {}

  private record Piece(Runnable work, Runnable tooLate, long since) {}

  private static final class Owner {
    final Queue<Piece> waiting = new ArrayDeque<>();
    int underWay;
  }

  private final Bounds bounds;
  private final LongSupplier nanoTime;
  private final ThreadPoolExecutor threads;
  private final Map<String, Owner> owners = new LinkedHashMap<>();
  private int underWay;
  private boolean closed;

  /**
   * Without a thread yet; they come and go with the work.
   *
   * @param name of the threads
   */
  FairPool(String name, Bounds bounds, LongSupplier nanoTime) {
    this.bounds = bounds;
    this.nanoTime = nanoTime;
    AtomicInteger count = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            bounds.threads(),
            bounds.threads(),
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs {@code work} as soon as it is this owner's turn, or else {@code tooLate}: at once if too
   * much of this owner's waits already, or when its turn came too late.
   */
  void execute(String name, Runnable work, Runnable tooLate) {
    boolean full;
    synchronized (this) {
      Owner owner = owners.computeIfAbsent(name, added -> new Owner());
      full = owner.waiting.size() >= WAITING;
      if (!full) {
        owner.waiting.add(new Piece(work, tooLate, nanoTime.getAsLong()));
        begin();
      }
    }
    if (full) {
      tooLate.run();
    }
  }

  /** Begins nothing any more, and interrupts what is under way. */
  synchronized void close() {
    closed = true;
    threads.shutdownNow();
  }

  private synchronized void begin() {
    while (!closed && underWay < bounds.threads()) {
      String next = next();
      if (next == null) {
        return;
      }
      // to the end of the line
      Owner owner = owners.remove(next);
      owners.put(next, owner);
      Piece piece = owner.waiting.remove();
      owner.underWay++;
      underWay++;
      threads.execute(() -> run(next, piece));
    }
  }

  private String next() {
    for (Map.Entry<String, Owner> entry : owners.entrySet()) {
      Owner owner = entry.getValue();
      if (!owner.waiting.isEmpty() && owner.underWay < bounds.perOwner()) {
        return entry.getKey();
      }
    }
    return null;
  }

  private void run(String name, Piece piece) {
    try {
      if (nanoTime.getAsLong() - piece.since() > bounds.patienceNanos()) {
        piece.tooLate().run();
      } else {
        piece.work().run();
      }
    } finally {
      ended(name);
    }
  }

  private synchronized void ended(String name) {
    underWay--;
    Owner owner = owners.get(name);
    owner.underWay--;
    if (owner.underWay == 0 && owner.waiting.isEmpty()) {
      owners.remove(name);
    }
    begin();
  }
}
