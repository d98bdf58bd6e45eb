package org.moshpit.agent.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FairPoolTest {
  private static final long PATIENCE = 1000;

  private final AtomicLong now = new AtomicLong();
  private final FairPool pool = new FairPool("test", new FairPool.Bounds(3, 2, PATIENCE), now::get);
  private final Semaphore begun = new Semaphore(0);
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger tooLate = new AtomicInteger();
  private final List<String> order = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    release.countDown();
    pool.close();
  }

  private void hang(String owner) {
    pool.execute(
        owner,
        () -> {
          order.add(owner);
          begun.release();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        tooLate::incrementAndGet);
  }

  private CountDownLatch quick(String owner) {
    CountDownLatch done = new CountDownLatch(1);
    pool.execute(owner, done::countDown, tooLate::incrementAndGet);
    return done;
  }

  @Test
  void whoeverHangsHoldsUpNobodyElse() throws InterruptedException {
    for (int i = 0; i < 50; i++) {
      hang("evil");
    }
    begun.acquire(2);
    assertThat(quick("ann").await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(quick("ben").await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(order).as("under way at once").hasSize(2);
  }

  @Test
  void turnsGoRound() throws InterruptedException {
    for (String owner : List.of("a", "a", "b", "b", "c", "a", "b", "c")) {
      hang(owner);
    }
    begun.acquire(3);
    assertThat(order).containsExactlyInAnyOrder("a", "a", "b");
    release.countDown();
    begun.acquire(5);
    assertThat(order.subList(3, 8)).containsExactlyInAnyOrder("a", "b", "b", "c", "c");
  }

  @Test
  void whatHasWaitedTooLongIsNotBegun() throws InterruptedException {
    hang("ann");
    hang("ann");
    begun.acquire(2);
    CountDownLatch late = quick("ann");
    now.addAndGet(PATIENCE + 1);
    CountDownLatch inTime = quick("ann");
    release.countDown();
    assertThat(inTime.await(30, TimeUnit.SECONDS)).isTrue();
    Awaitility.await().until(() -> tooLate.get() == 1);
    assertThat(late.getCount()).isEqualTo(1);
  }

  @Test
  void tooMuchOfOneOwnerIsRefusedAtOnce() throws InterruptedException {
    hang("ann");
    hang("ann");
    begun.acquire(2);
    for (int i = 0; i < FairPool.WAITING; i++) {
      quick("ann");
    }
    assertThat(tooLate).hasValue(0);
    quick("ann");
    assertThat(tooLate).hasValue(1);
    assertThat(quick("ben").await(30, TimeUnit.SECONDS)).isTrue();
  }
}
