package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class BulkLimitsTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private final BulkLimits limits = BulkLimits.standard();

  @Test
  void anAddressGetsItsShareAnHour() {
    var one = TransportAddress.parseIp("203.0.113.1");
    var other = TransportAddress.parseIp("203.0.113.2");
    int taken = 0;
    for (int i = 0; i < 5000; i++) {
      taken += limits.take(i, one) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(2048);
    assertThat(limits.take(5000, other)).isTrue();
    assertThat(limits.take(HOUR, one)).isFalse();
    assertThat(limits.take(HOUR + 5001, one)).isTrue();
  }

  @Test
  void newAddressesWaitUntilOldOnesAreForgotten() {
    int taken = 0;
    for (int i = 0; i < 300; i++) {
      taken += limits.take(0, TransportAddress.parseIp("198.51.100." + i % 256)) ? 1 : 0;
    }
    assertThat(taken).isBetween(BulkLimits.MAX_ADDRESSES, BulkLimits.MAX_ADDRESSES + 44);
    assertThat(limits.take(0, TransportAddress.parseIp("203.0.113.1"))).isFalse();
    assertThat(limits.take(HOUR + 1, TransportAddress.parseIp("203.0.113.1"))).isTrue();
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
