package org.moshpit.agent.cli.wiring;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.moshpit.common.netty.EventLoops;

/**
 * The process' one event loop, and the few threads for what blocks. Machines, sockets and the link
 * live on the loop; a blocking piece of work runs beside it and posts its result back. What others
 * can make hang has threads of its own ({@link Lane}); the rest is short work of ours on the disk
 * and with sockets.
 */
public final class AgentLoop implements AutoCloseable {
  private static final int BLOCKING_THREADS = 8;

  /** Work for others, each kind with its own threads, shared out among those it is done for. */
  public enum Lane {
    /** Which keys are listed: for link keys, before anybody has proved anything. */
    LISTING(16, 4, 3),
    /** What policy says: for laptops whose person has proved a key. */
    DECIDING(4, 2, 5),
    /** Starting mosh-servers, which may be the user's own programs: for users. */
    LAUNCHING(32, 4, 10),
    /** Asking the router over HTTP, one request after the other. */
    ROUTER(1, 1, 10);

    private final int threads;
    private final int perOwner;
    private final int patienceSeconds;

    Lane(int threads, int perOwner, int patienceSeconds) {
      this.threads = threads;
      this.perOwner = perOwner;
      this.patienceSeconds = patienceSeconds;
    }

    private FairPool pool() {
      long patience = TimeUnit.SECONDS.toNanos(patienceSeconds);
      return new FairPool(
          "agent-" + name().toLowerCase(Locale.ROOT),
          new FairPool.Bounds(threads, perOwner, patience),
          System::nanoTime);
    }
  }

  private final Map<Lane, FairPool> lanes = new EnumMap<>(Lane.class);

  private final EventLoopGroup group = EventLoops.create("agent", 1);
  private final EventLoop loop = group.next();
  private final ExecutorService blocking;

  public AgentLoop() {
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            BLOCKING_THREADS,
            BLOCKING_THREADS,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "agent-blocking-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    blocking = pool;
    for (Lane lane : Lane.values()) {
      lanes.put(lane, lane.pool());
    }
  }

  public EventLoop loop() {
    return loop;
  }

  public ExecutorService blocking() {
    return blocking;
  }

  /** Runs on the loop, now if this is its thread. */
  public void execute(Runnable work) {
    if (loop.inEventLoop()) {
      work.run();
    } else {
      loop.execute(work);
    }
  }

  /** Runs {@code work} beside the loop and gives its result, or what it threw, back on the loop. */
  public <T> void offload(Callable<T> work, BiConsumer<? super T, ? super Throwable> then) {
    blocking.execute(() -> perform(work, then));
  }

  /**
   * The same in a lane of its own.
   *
   * @param owner for whom; if too much of theirs is under way, it waits, and if it has waited too
   *     long, a {@link TimeoutException} is the outcome
   */
  public <T> void offload(
      Lane lane, String owner, Callable<T> work, BiConsumer<? super T, ? super Throwable> then) {
    lanes
        .get(lane)
        .execute(
            owner,
            () -> perform(work, then),
            () -> post(() -> then.accept(null, new TimeoutException("too much at once"))));
  }

  private <T> void perform(Callable<T> work, BiConsumer<? super T, ? super Throwable> then) {
    T result;
    try {
      result = work.call();
    } catch (Throwable e) {
      // Everything thrown there belongs to whoever asked, on the loop.
      post(() -> then.accept(null, e));
      return;
    }
    post(() -> then.accept(result, null));
  }

  /** A result that comes when the process is ending is nobody's any more. */
  private void post(Runnable work) {
    try {
      loop.execute(work);
    } catch (RejectedExecutionException e) {
      if (!group.isShuttingDown()) {
        throw e;
      }
    }
  }

  /** Hands a future's outcome to the loop's thread. */
  public <T> void onLoop(
      CompletableFuture<T> future, BiConsumer<? super T, ? super Throwable> then) {
    future.whenComplete((value, failure) -> execute(() -> then.accept(value, unwrapped(failure))));
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  @Override
  public void close() {
    blocking.shutdownNow();
    lanes.values().forEach(FairPool::close);
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
