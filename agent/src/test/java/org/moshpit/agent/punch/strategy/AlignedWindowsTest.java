package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

class AlignedWindowsTest {
  private static final TransportAddress PEER = TransportAddress.parse("203.0.113.9:40000");

  private final Bench bench = new Bench();
  private final AlignedWindows windows = new AlignedWindows(bench);

  /** What it asked for and sent. */
  private static final class Bench implements Means {
    int wanted;
    final List<SocketId> asked = new ArrayList<>();
    final Set<TransportAddress> aims = new LinkedHashSet<>();
    int openers;
    int checks;
    int base;

    @Override
    public void openSockets(int count) {
      wanted += count;
    }

    @Override
    public void ask(SocketId socket, ServerChoice server) {
      asked.add(socket);
    }

    @Override
    public long roomAt(long now) {
      return now;
    }

    @Override
    public boolean send(long now, SocketId socket, TransportAddress to, boolean opening) {
      aims.add(to);
      openers += opening ? 1 : 0;
      checks += opening ? 0 : 1;
      return true;
    }

    @Override
    public SocketId knownSocket() {
      return null;
    }

    @Override
    public TransportAddress peer() {
      return PEER;
    }

    @Override
    public void tell(long now, PortRange span, int port, List<PortRange> meetings) {
      base = port;
    }

    @Override
    public RandomGenerator random() {
      return new SplittableRandom(1);
    }
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static PortNote note(int base, int step) {
    return new PortNote(2, 1, PortKind.STEPPED, 15, null, base, step, List.of());
  }

  private void open() {
    windows.start(0);
    for (int i = 0; i < bench.wanted; i++) {
      windows.opened(0, new SocketId(i));
    }
    assertThat(bench.asked).hasSize(1);
    windows.seen(
        0, bench.asked.get(0), ServerChoice.FIRST, TransportAddress.parse("198.51.100.1:30000"));
    assertThat(bench.base).isEqualTo(30000);
  }

  @ParameterizedTest
  @CsvSource({"41000, 1, 41060", "41000, 2, 41120", "41000, -1, 40940", "41000, 0, 41060"})
  void aimsSixtyOfThePeersStepsAhead(int base, int step, int port) {
    open();
    windows.told(0, note(base, step));
    assertThat(bench.aims).containsExactly(new TransportAddress(PEER.ip(), port));
    assertThat(bench.openers).isEqualTo(64);
    assertThat(bench.checks).isZero();
    windows.advance(millis(249));
    assertThat(bench.checks).isZero();
    windows.advance(millis(250));
    assertThat(bench.checks).isEqualTo(64);
  }

  @Test
  void sendsNothingBeforeBothBasesAreKnown() {
    windows.start(0);
    windows.told(0, note(41000, 1));
    assertThat(bench.aims).isEmpty();
  }

  @Test
  void doesNotAimPastTheLastPort() {
    open();
    windows.told(0, note(65500, 1));
    assertThat(bench.aims).isEmpty();
  }

  @Test
  void measuresAnewWithOneMoreSocketThreeTimesInAll() {
    open();
    windows.told(0, note(41000, 1));
    windows.advance(millis(1100));
    windows.advance(millis(2200));
    windows.advance(millis(3300));
    assertThat(bench.wanted).isEqualTo(64 + 3);
  }
}
