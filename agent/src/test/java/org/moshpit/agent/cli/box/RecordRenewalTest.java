package org.moshpit.agent.cli.box;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.auth.BoxIdentity;

class RecordRenewalTest {
  private final EmbeddedChannel time = new EmbeddedChannel();
  private final AtomicInteger published = new AtomicInteger();
  private RecordRenewal renewal;

  @BeforeEach
  void freeze() {
    time.freezeTime();
    renewal = new RecordRenewal(time.eventLoop(), published::incrementAndGet);
  }

  @AfterEach
  void close() {
    time.close();
  }

  @Test
  void eachLinkGetsTheRecordAtOnce() {
    renewal.linkUp();
    assertThat(published).hasValue(1);
    renewal.linkDown();
    renewal.linkUp();
    assertThat(published).hasValue(2);
  }

  @Test
  void aLinkThatLastsGetsItLongBeforeTheLastOneIsOver() {
    renewal.linkUp();
    long days = TimeUnit.SECONDS.toDays(BoxIdentity.LIFETIME_SECONDS);
    for (int day = 1; day <= days; day++) {
      pass(1);
      assertThat(published).hasValue(1 + day);
    }
  }

  @Test
  void withoutALinkNothingIsPublished() {
    renewal.linkUp();
    renewal.linkDown();
    pass(3);
    assertThat(published).hasValue(1);
  }

  @Test
  void linksThatFollowEachOtherLeaveOneTimer() {
    renewal.linkUp();
    renewal.linkUp();
    pass(1);
    assertThat(published).hasValue(3);
  }

  private void pass(int days) {
    time.advanceTimeBy(days, TimeUnit.DAYS);
    time.runScheduledPendingTasks();
  }
}
