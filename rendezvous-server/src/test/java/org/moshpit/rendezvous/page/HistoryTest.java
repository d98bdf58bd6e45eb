package org.moshpit.rendezvous.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  /** Monotonic time may be negative, and may wrap. */
  private static final long BEGIN = Long.MAX_VALUE - 10 * MINUTE;

  private final History history = new History(BEGIN);

  private static Minute minute(int sessions) {
    return new Minute(true, 1, sessions, 2, 3, 1000L * sessions);
  }

  @Test
  void anEmptyOneIsUnknown() {
    assertThat(history.until(BEGIN)).hasSize(History.MINUTES).containsOnly(Minute.UNKNOWN);
  }

  @Test
  void theLastIsTheOneThatNowIsIn() {
    history.put(BEGIN + MINUTE, minute(7));
    assertThat(last(history.until(BEGIN + MINUTE + 1), 1)).isEqualTo(minute(7));
    assertThat(last(history.until(BEGIN + 2 * MINUTE), 1)).isEqualTo(Minute.UNKNOWN);
    assertThat(last(history.until(BEGIN + 2 * MINUTE), 2)).isEqualTo(minute(7));
  }

  @Test
  void aMinuteThatNobodyLookedInIsAGap() {
    history.put(BEGIN, minute(1));
    history.put(BEGIN + 2 * MINUTE, minute(3));
    List<Minute> minutes = history.until(BEGIN + 2 * MINUTE);
    assertThat(minutes.subList(History.MINUTES - 3, History.MINUTES))
        .containsExactly(minute(1), Minute.UNKNOWN, minute(3));
  }

  @Test
  void theSecondWithinAMinuteReplacesTheFirst() {
    history.put(BEGIN, minute(1));
    history.put(BEGIN + MINUTE - 1, minute(2));
    assertThat(last(history.until(BEGIN), 1)).isEqualTo(minute(2));
  }

  @Test
  void afterADayTheOldestGoes() {
    for (int i = 0; i <= History.MINUTES; i++) {
      history.put(BEGIN + i * MINUTE, minute(i));
    }
    List<Minute> minutes = history.until(BEGIN + History.MINUTES * MINUTE);
    assertThat(minutes.get(0)).isEqualTo(minute(1));
    assertThat(last(minutes, 1)).isEqualTo(minute(History.MINUTES));
    // and a daemon that was not asked for two days shows nothing of before
    assertThat(history.until(BEGIN + 3L * History.MINUTES * MINUTE)).containsOnly(Minute.UNKNOWN);
  }

  private static Minute last(List<Minute> minutes, int back) {
    return minutes.get(minutes.size() - back);
  }
}
