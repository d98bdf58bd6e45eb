package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class HostLedgerTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final BulkLimits limits = BulkLimits.standard();

  /** Near the end of the clock's range, which monotonic time may be. */
  private long now = Long.MAX_VALUE - 30 * SECOND;

  private boolean goes(String peer, String to) {
    return goes(peer, TransportAddress.parse(to), Integer.MAX_VALUE);
  }

  private boolean goes(String peer, TransportAddress to, int perAddress) {
    StrangerChecks checks = limits.of(peer, "key").strangers();
    boolean goes = checks.has(now, to, perAddress);
    if (goes) {
      checks.add(now, to);
    }
    return goes;
  }

  @Test
  void allPeersShareWhatAHostGetsInAnyMinute() {
    int taken = 0;
    for (int i = 0; i < 300; i++) {
      taken += goes("peer " + i % 7, "203.0.113.9:" + (1 + i % 100)) ? 1 : 0;
      now += SECOND / 2;
    }
    assertThat(taken).isBetween(120, 180);
    now += 61 * SECOND;
    for (int i = 0; i < StrangerChecks.PER_HOST_PER_MINUTE; i++) {
      assertThat(goes("ann", "203.0.113.9:53")).isTrue();
    }
    assertThat(goes("ann", "203.0.113.9:54")).isFalse();
    assertThat(goes("bob", "203.0.113.9:55")).isFalse();
    assertThat(goes("bob", "203.0.113.10:55")).isTrue();
  }

  @Test
  void whatAnsweredFreesItselfAndNoOtherPort() {
    TransportAddress one = TransportAddress.parse("203.0.113.9:1");
    TransportAddress other = TransportAddress.parse("203.0.113.9:2");
    for (int i = 0; i < 20; i++) {
      assertThat(goes("ann", one, 20)).isTrue();
      assertThat(goes("ann", other, 20)).isTrue();
    }
    assertThat(goes("bob", one, 20)).isFalse();
    limits.of("bob", "key").strangers().proven(one);
    assertThat(goes("bob", one, 20)).isTrue();
    assertThat(goes("bob", other, 20)).isFalse();
  }

  @Test
  void addressesOfOneIpv6NetworkAreOneHost() {
    for (int i = 0; i < StrangerChecks.PER_HOST_PER_MINUTE; i++) {
      assertThat(goes("ann", "[2001:db8:0:1::" + (i + 1) + "]:53")).isTrue();
    }
    assertThat(goes("ann", "[2001:db8:0:1:ffff::1]:53")).isFalse();
    assertThat(goes("ann", "[2001:db8:0:2::1]:53")).isTrue();
  }

  /** What goes to an address of NAT64 or 6to4 comes out at the IPv4 address in it. */
  @Test
  void anIpv6AddressThatStandsForAnIpv4OneIsItsHost() {
    List<String> same =
        List.of(
            "203.0.113.9:53",
            "[64:ff9b::203.0.113.9]:53",
            "[2002:cb00:7109::1]:53",
            "[2002:cb00:7109:ffff::1]:53");
    for (int i = 0; i < StrangerChecks.PER_HOST_PER_MINUTE; i++) {
      assertThat(goes("ann", same.get(i % same.size()))).isTrue();
    }
    assertThat(same).noneMatch(each -> goes("bob", each));
    // nor has one IPv4 address used up another's
    assertThat(goes("bob", "[64:ff9b::203.0.113.10]:53")).isTrue();
    assertThat(goes("bob", "[2002:cb00:710b::1]:53")).isTrue();
    assertThat(goes("bob", "203.0.113.12:53")).isTrue();
  }

  @Test
  void oneAccountDoesNotFillItForAll() {
    int taken = 0;
    for (int i = 0; i < StrangerChecks.MAX_HOSTS; i++) {
      taken += goes("greedy", "198.51." + i / 250 + "." + i % 250 + ":53") ? 1 : 0;
    }
    assertThat(taken).isEqualTo(StrangerChecks.HOSTS_PER_ACCOUNT);
    assertThat(goes("ann", "203.0.113.9:53")).isTrue();
    now += 61 * SECOND;
    assertThat(goes("greedy", "203.0.113.10:53")).isTrue();
  }

  @Test
  void itIsOfBoundedSize() {
    for (int i = 0; i < 2 * StrangerChecks.MAX_HOSTS; i++) {
      goes("peer " + i % 50, "198.51." + i / 250 + "." + i % 250 + ":53");
    }
    assertThat(limits.strangers().held()).isEqualTo(StrangerChecks.MAX_HOSTS);
    assertThat(goes("ann", "203.0.113.9:53")).isFalse();
    now += 61 * SECOND;
    assertThat(goes("ann", "203.0.113.9:53")).isTrue();
    assertThat(limits.strangers().held()).isEqualTo(1);
  }
}
