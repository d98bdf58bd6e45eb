package org.moshpit.agent.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.moshpit.agent.cli.wiring.AgentLoop.Lane;

@Timeout(60)
class AgentLoopTest {
  private final AgentLoop loop = new AgentLoop();
  private final CountDownLatch release = new CountDownLatch(1);
  private final LinkedBlockingQueue<String> done = new LinkedBlockingQueue<>();

  @AfterEach
  void end() {
    release.countDown();
    loop.close();
  }

  private void hang(Lane lane, String owner) {
    loop.offload(
        lane,
        owner,
        () -> {
          release.await();
          return "hung";
        },
        (result, failure) -> {});
  }

  private String outcome() throws InterruptedException {
    return done.poll(30, TimeUnit.SECONDS);
  }

  @Test
  void nobodyWaitsForWhatHangsForAnother() throws InterruptedException {
    for (int i = 0; i < 40; i++) {
      hang(Lane.LISTING, "a stranger's link key");
      hang(Lane.DECIDING, "den");
      hang(Lane.LAUNCHING, "evil");
    }
    for (Lane lane : Lane.values()) {
      loop.offload(lane, "ann", lane::name, (result, failure) -> done.add(result));
      assertThat(outcome()).isEqualTo(lane.name());
    }
    loop.offload(() -> "disk", (result, failure) -> done.add(result));
    assertThat(outcome()).isEqualTo("disk");
  }

  @Test
  void whatIsThrownComesBack() throws InterruptedException {
    loop.offload(
        Lane.LISTING,
        "ann",
        () -> {
          throw new IllegalStateException("no");
        },
        (result, failure) -> done.add(failure.getMessage()));
    assertThat(outcome()).isEqualTo("no");
  }
}
