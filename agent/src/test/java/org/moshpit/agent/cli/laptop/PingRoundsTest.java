package org.moshpit.agent.cli.laptop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathOut;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.TransportAddress;

class PingRoundsTest {
  private static final TransportAddress BOX = TransportAddress.parse("203.0.113.2:30011");
  private static final String LOOKING = "looking for a direct path";

  private final List<String> lines = new ArrayList<>();

  /** When each question left, milliseconds. */
  private final List<Long> asked = new ArrayList<>();

  private PingRounds rounds;
  private boolean over;
  private long start = Long.MAX_VALUE - 7;
  private long now = start;

  private void begin(int wanted) {
    rounds = new PingRounds("box", wanted);
    tell(new PingRounds.In.Begun(PathKind.RELAY, LOOKING));
  }

  private void tell(PingRounds.In event) {
    rounds.handle(now, event);
    drain();
  }

  private void drain() {
    for (PingRounds.Out out = rounds.pollEvent(); out != null; out = rounds.pollEvent()) {
      if (out instanceof PingRounds.Out.Ask ask) {
        asked.add(TimeUnit.NANOSECONDS.toMillis(now - start));
        assertThat(ask.number()).isEqualTo(asked.size());
      } else if (out instanceof PingRounds.Out.Say say) {
        lines.add(say.line());
      } else {
        over = true;
      }
    }
  }

  private void pass(long millis) {
    long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
    while (Deadlines.isDue(rounds.nextDeadline(), end)) {
      now = Deadlines.later(now, rounds.nextDeadline());
      rounds.handleTimeout(now);
      drain();
    }
    now = end;
  }

  private void relayed(int number, double millis) {
    tell(
        new PingRounds.In.Back(
            new PathOut.RoundTrip(number, PathKind.RELAY, null, (long) (millis * 1e6))));
  }

  private void direct(int number, double millis) {
    tell(
        new PingRounds.In.Back(
            new PathOut.RoundTrip(number, PathKind.DIRECT, BOX, (long) (millis * 1e6))));
  }

  @Test
  void firstOverTheRelayThenDirectly() {
    begin(4);
    pass(84);
    relayed(1, 84);
    pass(199);
    relayed(2, 83.4);
    pass(117);
    tell(new PingRounds.In.Changed(PathKind.DIRECT, "checks answered"));
    pass(42);
    direct(3, 42);
    pass(1000);
    assertThat(over).isFalse();
    direct(4, 4.26);
    assertThat(over).isTrue();
    assertThat(rounds.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
    // at once, soon, at once on the direct path, and then each second
    assertThat(asked).containsExactly(0L, 200L, 400L, 1400L);
    assertThat(lines)
        .containsExactly(
            "box over the relay: 84 ms   (looking for a direct path)",
            "box over the relay: 83 ms",
            "box direct 203.0.113.2:30011: 42 ms",
            "box direct 203.0.113.2:30011: 4.3 ms");
    assertThat(rounds.summary())
        .isEqualTo("4 round trips, 2 over the relay (84 ms), 2 direct (23 ms); direct after 0.4 s");
    assertThat(rounds.isAnyBack()).isTrue();
  }

  @Test
  void eachReasonIsToldOnce() {
    begin(3);
    relayed(1, 84);
    tell(new PingRounds.In.Changed(PathKind.RELAY, "it rains. Sun would change that"));
    pass(200);
    relayed(2, 84);
    pass(1000);
    relayed(3, 84);
    assertThat(over).isTrue();
    assertThat(lines)
        .containsExactly(
            "box over the relay: 84 ms   (looking for a direct path)",
            "box over the relay: 84 ms   (it rains. Sun would change that)",
            "box over the relay: 84 ms");
    assertThat(rounds.summary())
        .isEqualTo(
            "3 round trips, 3 over the relay (84 ms);"
                + " on the relay: it rains. Sun would change that");
  }

  @Test
  void whatDoesNotComeBackIsSaidAfterTwoSeconds() {
    begin(2);
    pass(1999);
    assertThat(lines).isEmpty();
    pass(1);
    assertThat(lines).containsExactly("box: no answer within 2 s   (looking for a direct path)");
    relayed(1, 2001); // too late to count
    assertThat(rounds.isAnyBack()).isFalse();
    pass(200);
    assertThat(over).isTrue();
    assertThat(rounds.summary())
        .isEqualTo("0 of 2 round trips; on the relay: looking for a direct path");
  }

  @Test
  void withoutACountItGoesOn() {
    begin(Ping.ENDLESS);
    pass(60_000);
    assertThat(asked).hasSize(61);
    assertThat(over).isFalse();
    // the last two are still on their way, and are not counted as lost
    assertThat(rounds.summary()).startsWith("0 of 59 round trips");
  }

  @Test
  void beforeTheBoxHasAnsweredThereIsNothingToSay() {
    rounds = new PingRounds("box", 1);
    tell(new PingRounds.In.Changed(PathKind.RELAY, LOOKING));
    pass(10_000);
    assertThat(asked).isEmpty();
    assertThat(rounds.summary()).isEmpty();
  }
}
