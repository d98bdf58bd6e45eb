package org.moshpit.agent.punch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class AddressBudgetTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int UNCONFIRMED = AddressBudget.UNCONFIRMED_PER_MINUTE;

  private final AddressBudget budget = PunchBench.budget();

  /** Near the end of the clock's range, which monotonic time may be. */
  private long now = Long.MAX_VALUE - 30 * SECOND;

  @Test
  void anAddressGetsItsNumberInAnyMinute() {
    int taken = 0;
    for (int i = 0; i < 180; i++) {
      taken += budget.take(now, address(1, 1), UNCONFIRMED) ? 1 : 0;
      now += SECOND;
    }
    assertThat(taken).isBetween(2 * UNCONFIRMED, 3 * UNCONFIRMED);
    now += 120 * SECOND;
    for (int i = 0; i < UNCONFIRMED; i++) {
      assertThat(budget.take(now, address(1, 1), UNCONFIRMED)).isTrue();
    }
    assertThat(budget.take(now, address(1, 1), UNCONFIRMED)).isFalse();
    assertThat(budget.take(now + 59 * SECOND, address(1, 1), UNCONFIRMED)).isFalse();
  }

  @Test
  void aHostHasABudgetOfItsOwnHoweverManyPorts() {
    int taken = 0;
    for (int port = 1; port <= 100; port++) {
      taken += budget.takeUnconfirmed(now, address(1, port), true) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(AddressBudget.UNCONFIRMED_PER_HOST_PER_MINUTE);
    assertThat(budget.takeUnconfirmed(now, address(2, 1), true)).isTrue();
    // it answered, and what it got counts no longer; the other ports' does
    budget.proven(address(1, 1));
    assertThat(budget.takeUnconfirmed(now, address(1, 101), true)).isTrue();
    assertThat(budget.takeUnconfirmed(now, address(1, 102), true)).isFalse();
  }

  @Test
  void nothingNewIsTriedBeyondTheBound() {
    for (int i = 0; i < AddressBudget.MAX_ADDRESSES; i++) {
      assertThat(budget.take(now, address(i, 1), UNCONFIRMED)).isTrue();
    }
    assertThat(budget.take(now, address(1, 2), UNCONFIRMED)).isFalse();
    assertThat(budget.take(now, address(1, 1), UNCONFIRMED)).isTrue();
    assertThat(budget.held()).isEqualTo(AddressBudget.MAX_ADDRESSES);
    now += 61 * SECOND;
    assertThat(budget.take(now, address(1, 2), UNCONFIRMED)).isTrue();
  }

  /** A session that roams for a week. */
  @Test
  void addressesOfLongAgoAreForgotten() {
    for (int roam = 0; roam < 1000; roam++) {
      for (int i = 0; i < 4; i++) {
        assertThat(budget.takeUnconfirmed(now, address(roam % 200, 1000 + roam + i), true))
            .isTrue();
      }
      now += 90 * SECOND;
      assertThat(budget.held()).isLessThanOrEqualTo(10);
    }
  }

  private static TransportAddress address(int host, int port) {
    return TransportAddress.of(new byte[] {(byte) 203, 0, 113, (byte) host}, port);
  }
}
