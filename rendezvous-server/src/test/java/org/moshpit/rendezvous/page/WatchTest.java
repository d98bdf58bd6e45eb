package org.moshpit.rendezvous.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  @ParameterizedTest
  @CsvSource({
    "true, true, -1, NOT_RELAY", // never carried anything
    "true, true, 0, RELAY",
    "true, true, 59, RELAY",
    "true, true, 60, NOT_RELAY",
    "false, true, 5, RELAY", // it carried until just now
    "false, true, 60, AWAY",
    "true, false, -1, AWAY",
    "false, false, 600, AWAY",
  })
  void carriers(boolean laptopHere, boolean boxHere, long silent, Carrier carrier) {
    Status status =
        new Watch(0)
            .status(
                0,
                Surveys.NOON,
                "pit",
                new Surveys().session("lap", "box", laptopHere, boxHere, 9, silent).survey());
    assertThat(status.sessions()).hasSize(1);
    assertThat(status.sessions().get(0).carrier()).isEqualTo(carrier);
  }

  @Test
  void eachMinuteHasItsOwnTraffic() {
    Watch watch = new Watch(0);
    Surveys surveys =
        new Surveys()
            .agent("box", true, null, "none")
            .agent("lap", true, null, "none")
            .agent("old", false, null, "none")
            .session("lap", "box", true, true, 500, 1)
            .session("lap", "box", true, true, 0, -1)
            .session("lap", "box", false, true, 0, -1);
    watch.minute(MINUTE, surveys.relayed(500).survey());
    watch.minute(2 * MINUTE, surveys.relayed(1700).survey());
    watch.minute(3 * MINUTE, surveys.relayed(1700).survey());

    List<Minute> minutes = watch.status(3 * MINUTE, 0, "pit", surveys.survey()).minutes();
    assertThat(minutes.subList(History.MINUTES - 4, History.MINUTES))
        .containsExactly(
            Minute.UNKNOWN,
            new Minute(true, 2, 1, 1, 1, 500),
            new Minute(true, 2, 1, 1, 1, 1200),
            new Minute(true, 2, 1, 1, 1, 0));
  }
}
