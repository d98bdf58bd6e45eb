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

  /** As one of a punch that has a turn. */
  private boolean goes(long now, String ip) {
    return limits.take(now, this, TransportAddress.parseIp(ip)) == BulkLimits.Verdict.GO;
  }

  private void turn(long now) {
    assertThat(limits.begin(now, this, null, 0)).isEmpty();
  }

  @Test
  void anAddressGetsItsShareInAnyHour() {
    turn(0);
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
    assertThat(limits.take(last + HOUR / 2, this, TransportAddress.parseIp("203.0.113.1")))
        .isEqualTo(BulkLimits.Verdict.SPENT);
    assertThat(goes(last + HOUR + MINUTE, "203.0.113.1")).isTrue();
  }

  private static InetAddress address(int number) {
    return TransportAddress.parseIp("198.51." + number / 250 + "." + number % 250);
  }

  /** How many new addresses a peer brings in, one check every half second. */
  private int bringsIn(String account, String key, int from) {
    int taken = 0;
    for (int i = 0; i < 100; i++) {
      BulkLimits.Verdict verdict =
          limits.of(account, key).take((from + i) * SECOND / 2, this, address(from + i));
      taken += verdict == BulkLimits.Verdict.GO ? 1 : 0;
    }
    return taken;
  }

  @Test
  void nobodyBringsInAllAddresses() {
    assertThat(bringsIn("greedy", "one", 0)).isEqualTo(BulkLimits.ADDRESSES_PER_PEER);
    int account = BulkLimits.ADDRESSES_PER_PEER;
    for (int key = 1; key <= 10; key++) {
      account += bringsIn("greedy", "key " + key, 100 * key);
    }
    assertThat(account).isEqualTo(BulkLimits.ADDRESSES_PER_ACCOUNT);
    assertThat(bringsIn("ann", "hers", 1100)).isEqualTo(BulkLimits.ADDRESSES_PER_PEER);
  }

  /** Or it would begin, open its sockets, and send nothing. */
  @Test
  void aPunchToAnAddressThatThereIsNoRoomForWaits() {
    BulkLimits greedy = limits.of("greedy", "key");
    for (int i = 0; i < BulkLimits.ADDRESSES_PER_PEER; i++) {
      assertThat(greedy.take(i, this, address(i))).isEqualTo(BulkLimits.Verdict.GO);
    }
    NotNow wait = greedy.against(MINUTE, address(100), 900).orElseThrow();
    assertThat(wait.cause()).isEqualTo(NotNow.Cause.HOUR);
    assertThat(greedy.begin(MINUTE, this, address(100), 900)).contains(wait);
    assertThat(greedy.against(MINUTE, address(1), 900)).isEmpty();
    assertThat(limits.of("ann", "key").against(MINUTE, address(100), 900)).isEmpty();
    assertThat(greedy.against(wait.until() - 1, address(100), 900)).isPresent();
    assertThat(greedy.against(wait.until(), address(100), 900)).isEmpty();
    assertThat(wait.until()).isBetween(HOUR, HOUR + 2 * MINUTE);
  }

  /** What few meetings take needs no turn and keeps nobody from one; what many take needs one. */
  @Test
  void whatHasNoTurnIsFewAndNothingWaitsForIt() {
    Object meeting = new Object();
    int taken = 0;
    for (int i = 0; i < 600; i++) {
      long now = i * SECOND / 20;
      taken += limits.take(now, meeting, IP) == BulkLimits.Verdict.GO ? 1 : 0;
      assertThat(limits.of("ann", "key").against(now, null, 0)).isEmpty();
    }
    assertThat(taken).isEqualTo(BulkLimits.OUT_OF_TURN);
    assertThat(limits.take(30 * SECOND, meeting, IP)).isEqualTo(BulkLimits.Verdict.NEEDS_TURN);
    assertThat(limits.begin(30 * SECOND, meeting, IP, 900)).isEmpty();
    assertThat(limits.take(30 * SECOND, meeting, IP)).isEqualTo(BulkLimits.Verdict.GO);
  }

  @Test
  void inNoSecondMoreThanWhatARouterBears() {
    turn(0);
    for (int i = 0; i < 400; i++) {
      assertThat(goes(i, "203.0.113." + i % 3)).isTrue();
    }
    assertThat(limits.roomAt(400)).isEqualTo(SECOND);
    assertThat(limits.take(SECOND - 1, this, TransportAddress.parseIp("203.0.113.9")))
        .isEqualTo(BulkLimits.Verdict.LOST);
    assertThat(limits.roomAt(SECOND)).isEqualTo(SECOND);
    assertThat(goes(SECOND, "203.0.113.9")).isTrue();
  }

  @Test
  void aPunchOfManyFlowsFindsRoomInRouters() {
    turn(0);
    for (int i = 0; i <= BulkLimits.BEFORE_MANY; i++) {
      assertThat(goes(i, "203.0.113.1")).isTrue();
    }
    limits.end(SECOND, this);
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
    turn(0);
    for (int i = 0; i < 1920; i++) {
      assertThat(limits.take(i * gap, this, IP)).isEqualTo(BulkLimits.Verdict.GO);
    }
    limits.end(7 * SECOND, this);
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
