package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class BulkLimitsTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static final InetAddress IP = TransportAddress.parseIp("203.0.113.1");

  private final BulkLimits limits = BulkLimits.standard();

  private boolean goes(long now, String ip) {
    return limits.take(now, TransportAddress.parseIp(ip)) == BulkLimits.Verdict.GO;
  }

  @Test
  void anAddressGetsItsShareInAnyHour() {
    long gap = SECOND / 10;
    int taken = 0;
    long last = 0;
    for (int i = 0; i < 8 * HOUR / 10 / gap; i++) {
      if (goes(i * gap, "203.0.113.1")) {
        taken++;
        last = i * gap;
      }
    }
    assertThat(taken).isEqualTo(2048);
    assertThat(goes(last + 1, "203.0.113.2")).isTrue();
    // not a new share with each new hour: what left a moment before its end still counts
    assertThat(limits.take(last + HOUR / 2, TransportAddress.parseIp("203.0.113.1")))
        .isEqualTo(BulkLimits.Verdict.SPENT);
    assertThat(goes(last + HOUR + MINUTE, "203.0.113.1")).isTrue();
  }

  @Test
  void newAddressesWaitUntilOldOnesAreForgotten() {
    int taken = 0;
    for (int i = 0; i < 300; i++) {
      taken += goes(0, "198.51.100." + i % 256) ? 1 : 0;
    }
    assertThat(taken).isBetween(BulkLimits.MAX_ADDRESSES, BulkLimits.MAX_ADDRESSES + 44);
    assertThat(goes(0, "203.0.113.1")).isFalse();
    assertThat(goes(HOUR + MINUTE + 1, "203.0.113.1")).isTrue();
  }

  @Test
  void inNoSecondMoreThanWhatARouterBears() {
    for (int i = 0; i < 400; i++) {
      assertThat(goes(i, "203.0.113." + i % 3)).isTrue();
    }
    assertThat(limits.roomAt(400)).isEqualTo(SECOND);
    assertThat(limits.take(SECOND - 1, TransportAddress.parseIp("203.0.113.9")))
        .isEqualTo(BulkLimits.Verdict.LOST);
    assertThat(limits.roomAt(SECOND)).isEqualTo(SECOND);
    assertThat(goes(SECOND, "203.0.113.9")).isTrue();
  }

  @Test
  void aPunchOfManyFlowsFindsRoomInRouters() {
    for (int i = 0; i <= BulkLimits.BEFORE_MANY; i++) {
      assertThat(limits.against(i, null, 0)).isEmpty();
      assertThat(goes(i, "203.0.113.1")).isTrue();
    }
    assertThat(limits.against(30 * SECOND, null, 0)).isPresent();
    assertThat(limits.against(32 * SECOND, null, 0)).isEmpty();
  }

  @Test
  void oneAtATimeAndThenAPause() {
    Object one = new Object();
    Object other = new Object();
    assertThat(begins(limits, 0, one)).isTrue();
    assertThat(begins(limits, 1, other)).isFalse();
    limits.end(2, other);
    assertThat(begins(limits, 3, other)).isFalse();
    limits.end(4, one);
    assertThat(begins(limits, 4 + Turns.COOLDOWN - 1, other)).isFalse();
    assertThat(begins(limits, 4 + Turns.COOLDOWN, other)).isTrue();
  }

  private static boolean begins(BulkLimits limits, long now, Object who) {
    return limits.begin(now, who, IP, 900).isEmpty();
  }

  @Test
  void whatStandsAgainstAPunchIsSaidWithItsEnd() {
    Object one = new Object();
    assertThat(begins(limits, 0, one)).isTrue();
    assertThat(limits.against(1, IP, 900).orElseThrow().cause()).isEqualTo(NotNow.Cause.ANOTHER);
    limits.end(3 * SECOND, one);
    NotNow pause = limits.against(4 * SECOND, IP, 900).orElseThrow();
    assertThat(pause.cause()).isEqualTo(NotNow.Cause.PAUSE);
    assertThat(pause.until()).isEqualTo(3 * SECOND + Turns.COOLDOWN);
  }

  /** Two of 960 within the hour: the hour is what counts, and it says when it is over. */
  @Test
  void theHourCountsForMoreThanThePause() {
    long gap = SECOND / 300;
    for (int i = 0; i < 1920; i++) {
      assertThat(limits.take(i * gap, IP)).isEqualTo(BulkLimits.Verdict.GO);
    }
    long now = 10 * SECOND;
    NotNow hour = limits.against(now, IP, 960).orElseThrow();
    assertThat(hour.cause()).isEqualTo(NotNow.Cause.HOUR);
    assertThat(limits.against(now, TransportAddress.parseIp("203.0.113.7"), 960))
        .hasValueSatisfying(other -> assertThat(other.cause()).isEqualTo(NotNow.Cause.PAUSE));
    assertThat(limits.against(hour.until() - 1, IP, 960)).isPresent();
    assertThat(limits.against(hour.until(), IP, 960)).isEmpty();
  }

  @Test
  void strategiesAreSwitchedOffOneByOne() {
    BulkLimits some = new BulkLimits(EnumSet.of(Strategy.Name.SANDWICH));
    assertThat(some.allows(Strategy.Name.SANDWICH)).isTrue();
    assertThat(some.allows(Strategy.Name.BIRTHDAY)).isFalse();
    assertThat(new BulkLimits(Set.of()).allows(Strategy.Name.SANDWICH)).isFalse();
  }
}
