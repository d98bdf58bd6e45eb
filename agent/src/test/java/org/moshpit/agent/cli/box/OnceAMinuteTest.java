package org.moshpit.agent.cli.box;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OnceAMinuteTest {
  private final OnceAMinute once = new OnceAMinute();

  private boolean tell(String reason, long seconds) {
    return once.isNews(reason, TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void aReasonIsNewsWhenItChangesAndThenOnceAMinute() {
    assertThat(tell("refused", 0)).isTrue();
    assertThat(tell("refused", 1)).isFalse();
    assertThat(tell("silent", 2)).isTrue();
    assertThat(tell("refused", 3)).as("in turn with another").isFalse();
    assertThat(tell("refused", 59)).isFalse();
    assertThat(tell("refused", 60)).isTrue();
    assertThat(tell("silent", 60)).isFalse();
    assertThat(tell("silent", 62)).isTrue();
  }

  @Test
  void whatComesAfterTheEndOfItIsNews() {
    assertThat(tell("refused", 0)).isTrue();
    once.over();
    assertThat(tell("refused", 1)).isTrue();
  }

  @Test
  void reasonsWithoutEndAreNotKept() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(tell("reason " + i, 0)).isEqualTo(i < OnceAMinute.MOST);
    }
  }
}
