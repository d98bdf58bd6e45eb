package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** Whatever a peer says, and however many strategies run: 400 checks in any second. */
class PaceTest {
  private static final SocketId SOCKET = new SocketId(7);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Bench bench = new Bench();

  /** Sends what the limits let out. */
  private static final class Bench implements Means {
    final BulkLimits limits = BulkLimits.standard();
    final List<Long> sent = new ArrayList<>();
    int lost;
    int wanted;

    Bench() {
      limits.begin(0, this, peer().ip(), 900);
    }

    @Override
    public void openSockets(int count) {
      wanted += count;
    }

    @Override
    public void ask(SocketId socket, ServerChoice server) {}

    @Override
    public long roomAt(long now) {
      return limits.roomAt(now);
    }

    @Override
    public boolean send(long now, SocketId socket, TransportAddress to, boolean opening) {
      if (limits.take(now, this, to.ip()) == BulkLimits.Verdict.GO) {
        sent.add(now);
      } else {
        lost++;
      }
      return true;
    }

    @Override
    public SocketId knownSocket() {
      return SOCKET;
    }

    @Override
    public TransportAddress peer() {
      return TransportAddress.parse("203.0.113.9:40000");
    }

    @Override
    public void tell(long now, PortRange span, int base, List<PortRange> meetings) {}

    @Override
    public RandomGenerator random() {
      return new SplittableRandom(1);
    }

    int inAnySecond() {
      int most = 0;
      int from = 0;
      for (int i = 0; i < sent.size(); i++) {
        while (sent.get(i) - sent.get(from) >= SECOND) {
          from++;
        }
        most = Math.max(most, i - from + 1);
      }
      return most;
    }

    /** To the end, each strategy woken when it wants to be. */
    void run(Strategy... strategies) {
      for (long now = 0; now < 10 * SECOND; now += MILLI) {
        for (Strategy strategy : strategies) {
          long due = strategy.nextDeadline();
          if (due != Machine.NO_DEADLINE && due - now <= 0) {
            strategy.advance(now);
          }
        }
      }
    }
  }

  private static PortNote note(PortKind kind, PortRange... meetings) {
    return new PortNote(1, 0, kind, 15, null, 0, 1, List.of(meetings));
  }

  @Test
  void oneEveryHalfMillisecondAsLongAsThereIsRoom() {
    Pace pace = new Pace(bench, 0);
    for (int milli = 0; milli < 5000; milli++) {
      int before = bench.sent.size();
      while (pace.take(milli * MILLI)) {
        bench.send(milli * MILLI, SOCKET, bench.peer(), false);
      }
      assertThat(bench.sent.size() - before).isLessThanOrEqualTo(18);
    }
    assertThat(bench.inAnySecond()).isEqualTo(400);
    assertThat(bench.sent).hasSize(2000);
    assertThat(bench.lost).isZero();
  }

  /** A peer may say that a meeting lies at any of hundreds of ports. */
  @Test
  void manyMeetings() {
    MeetingChecks checks = new MeetingChecks(bench, bench::knownSocket, false);
    checks.told(0, note(PortKind.STEPPED, new PortRange(30_000, 30_191)));
    bench.run(checks);
    assertThat(bench.inAnySecond()).isEqualTo(400);
    assertThat(bench.sent).as("each five times").hasSize(192 * 5);
    assertThat(bench.lost).isZero();
    assertThat(checks.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
  }

  /** Each of many sockets opens a mapping for every one of them. */
  @Test
  void manyOpenersForSeveralMeetings() {
    ManyOpeners openers = new ManyOpeners(bench, PortRange.ALL, List.of(), PortKind.PER_ADDRESS);
    openers.start(0);
    openers.told(0, note(PortKind.PER_ADDRESS, new PortRange(30_000, 30_002)));
    int opened = 0;
    for (long now = 0; now < 10 * SECOND; now += MILLI) {
      while (opened < bench.wanted) {
        openers.opened(now, new SocketId(100 + opened++));
      }
      long due = openers.nextDeadline();
      if (due != Machine.NO_DEADLINE && due - now <= 0) {
        openers.advance(now);
      }
    }
    assertThat(bench.sent).hasSize(ManyOpeners.ALL_PORTS / 3 * 3);
    assertThat(bench.inAnySecond()).isEqualTo(400);
    assertThat(bench.lost).isZero();
  }

  @Test
  void twoStrategiesShareIt() {
    MeetingChecks one = new MeetingChecks(bench, bench::knownSocket, false);
    PortTrials other = new PortTrials(bench, PortKind.RANDOM, bench::knownSocket);
    one.told(0, note(PortKind.STEPPED, new PortRange(30_000, 30_191)));
    other.told(0, note(PortKind.RANDOM));
    bench.run(one, other);
    assertThat(bench.inAnySecond()).isEqualTo(400);
    assertThat(bench.sent).hasSize(192 * 5 + PortTrials.ALL_PORTS);
    assertThat(bench.lost).isZero();
  }
}
