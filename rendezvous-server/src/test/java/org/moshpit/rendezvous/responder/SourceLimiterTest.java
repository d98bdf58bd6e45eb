package org.moshpit.rendezvous.responder;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class SourceLimiterTest {
  private final SourceLimiter limiter = new SourceLimiter(1, 1024, 10, 5);

  @Test
  void aBurstThenARate() {
    assertThat(admitted("192.0.2.1", 0, 10)).isEqualTo(5);
    assertThat(admitted("192.0.2.1", 99, 1)).isZero();
    assertThat(admitted("192.0.2.1", 100, 2)).isEqualTo(1);
    assertThat(admitted("192.0.2.1", 1_000_000, 10)).isEqualTo(5);
  }

  @Test
  void a24And56AreOneSource() {
    assertThat(admitted("192.0.2.1", 0, 5)).isEqualTo(5);
    assertThat(admitted("192.0.2.254", 0, 1)).isZero();
    assertThat(admitted("192.0.3.1", 0, 1)).isEqualTo(1);

    assertThat(admitted("2001:db8:1:200::1", 0, 5)).isEqualTo(5);
    assertThat(admitted("2001:db8:1:2ff:ffff::9", 0, 1)).isZero();
    assertThat(admitted("2001:db8:1:300::1", 0, 1)).isEqualTo(1);
  }

  @Test
  void aClockSetBackGivesNothingAndTakesNothing() {
    assertThat(admitted("192.0.2.1", 1_000_000, 5)).isEqualTo(5);
    assertThat(admitted("192.0.2.1", 0, 1)).isZero();
    assertThat(admitted("192.0.2.1", 100, 1)).isEqualTo(1);
  }

  /** A thread that has read the clock earlier gives nobody more. */
  @Test
  void timesOfThreadsThatOvertakeEachOtherGiveNothing() {
    int admitted = 0;
    for (int i = 0; i < 1000; i++) {
      admitted += admitted("192.0.2.1", 1_000_000 - i % 2 * 50, 1);
    }
    assertThat(admitted).isEqualTo(5);
  }

  @Test
  void threadsShareABurst() throws Exception {
    SourceLimiter shared = new SourceLimiter(1, 1024, 10, 50_000);
    InetAddress source = TransportAddress.parseIp("192.0.2.1");
    AtomicInteger admitted = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  go.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                for (int j = 0; j < 25_000; j++) {
                  if (shared.admit(source, 1_000_000)) {
                    admitted.incrementAndGet();
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(admitted).hasValue(50_000);
  }

  @Test
  void aMillionSpoofedSourcesStarveFewOthersAndHoldNoMemory() {
    // The table is an array made at construction; what a flood can do is use up shared buckets.
    SourceLimiter large = new SourceLimiter(7, 1 << 14, 20, 60);
    Random random = new Random(3);
    byte[] ip = new byte[4];
    for (int i = 0; i < 1_000_000; i++) {
      random.nextBytes(ip);
      large.admit(TransportAddress.of(ip, 1).ip(), i / 100);
    }
    int admitted = 0;
    for (int i = 0; i < 1000; i++) {
      random.nextBytes(ip);
      admitted += large.admit(TransportAddress.of(ip, 1).ip(), 11_000) ? 1 : 0;
    }
    assertThat(admitted).isGreaterThan(900);
  }

  private int admitted(String source, long millis, int times) {
    InetAddress ip = TransportAddress.parseIp(source);
    int admitted = 0;
    for (int i = 0; i < times; i++) {
      admitted += limiter.admit(ip, millis) ? 1 : 0;
    }
    return admitted;
  }
}
