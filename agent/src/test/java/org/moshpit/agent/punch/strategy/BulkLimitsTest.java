package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class BulkLimitsTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

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
      assertThat(limits.isFree(i)).isTrue();
      assertThat(goes(i, "203.0.113.1")).isTrue();
    }
    assertThat(limits.isFree(30 * SECOND)).isFalse();
    assertThat(limits.isFree(32 * SECOND)).isTrue();
  }

  @Test
  void oneAtATimeAndThenAPause() {
    Object one = new Object();
    Object other = new Object();
    assertThat(limits.begin(0, one)).isTrue();
    assertThat(limits.begin(1, other)).isFalse();
    limits.end(2, other);
    assertThat(limits.begin(3, other)).isFalse();
    limits.end(4, one);
    assertThat(limits.begin(4 + BulkLimits.COOLDOWN - 1, other)).isFalse();
    assertThat(limits.begin(4 + BulkLimits.COOLDOWN, other)).isTrue();
  }

  @Test
  void strategiesAreSwitchedOffOneByOne() {
    BulkLimits some = new BulkLimits(EnumSet.of(Strategy.Name.SANDWICH));
    assertThat(some.allows(Strategy.Name.SANDWICH)).isTrue();
    assertThat(some.allows(Strategy.Name.BIRTHDAY)).isFalse();
    assertThat(new BulkLimits(Set.of()).allows(Strategy.Name.SANDWICH)).isFalse();
  }
}
