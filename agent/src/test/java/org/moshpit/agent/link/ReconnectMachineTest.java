package org.moshpit.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.link.ReconnectMachine.Cause;
import org.moshpit.agent.link.ReconnectMachine.Dial;
import org.moshpit.agent.link.ReconnectMachine.LinkDown;
import org.moshpit.agent.link.ReconnectMachine.LinkUp;
import org.moshpit.agent.link.ReconnectMachine.NetworkChanged;
import org.moshpit.agent.link.ReconnectMachine.Output;
import org.moshpit.agent.link.ReconnectMachine.Start;
import org.moshpit.agent.link.ReconnectMachine.Stop;
import org.moshpit.agent.link.ReconnectMachine.Waiting;
import org.moshpit.common.sansio.Machine;

class ReconnectMachineTest {
  /** Jitter at its upper end: a bounded long is always the largest. */
  private static final class Longest extends Random {
    private static final long serialVersionUID = 1;

    @Override
    public long nextLong(long bound) {
      return bound - 1;
    }

    @Override
    public long nextLong(long origin, long bound) {
      return bound - 1;
    }
  }

  // Near the point where nanoTime runs over: only differences may count.
  private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(100);
  private ReconnectMachine machine = new ReconnectMachine(new Longest());

  private List<Output> in(ReconnectMachine.Input input) {
    machine.handle(now, input);
    return drain();
  }

  private List<Output> drain() {
    List<Output> all = new ArrayList<>();
    for (Output o = machine.pollEvent(); o != null; o = machine.pollEvent()) {
      all.add(o);
    }
    assertThat(machine.pollTransmit()).isNull();
    return all;
  }

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private List<Output> timeout() {
    machine.handleTimeout(now);
    return drain();
  }

  @Test
  void waitsGrowToAMinuteAndEndInDials() {
    assertThat(in(new Start())).containsExactly(new Dial());
    for (long expected : new long[] {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
      assertThat(in(new LinkDown(Cause.ORDINARY)))
          .containsExactly(new Waiting(Cause.ORDINARY, expected * 1000));
      pass(expected * 1000 - 1);
      assertThat(timeout()).isEmpty();
      pass(1);
      assertThat(machine.nextDeadline()).isEqualTo(now);
      assertThat(timeout()).containsExactly(new Dial());
      assertThat(machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
    }
  }

  @Test
  void aLinkThatLastedBeginsAgainWithAShortWait() {
    in(new Start());
    for (int i = 0; i < 5; i++) {
      in(new LinkDown(Cause.ORDINARY));
      pass(60_000);
      timeout();
    }
    in(new LinkUp());
    pass(30_000);
    assertThat(in(new LinkDown(Cause.ORDINARY))).containsExactly(new Waiting(Cause.ORDINARY, 1000));
  }

  @Test
  void aLinkThatBreaksAtOnceDoesNotResetTheWait() {
    in(new Start());
    in(new LinkDown(Cause.ORDINARY));
    pass(1000);
    timeout();
    in(new LinkUp());
    pass(29_999);
    assertThat(in(new LinkDown(Cause.ORDINARY))).containsExactly(new Waiting(Cause.ORDINARY, 2000));
  }

  @Test
  void supersededAndRefusedStayAwayEvenOnAnotherNetwork() {
    for (Cause cause : new Cause[] {Cause.SUPERSEDED, Cause.REFUSED}) {
      machine = new ReconnectMachine(new Longest());
      in(new Start());
      in(new LinkUp());
      assertThat(in(new LinkDown(cause))).containsExactly(new Waiting(cause, 600_000));
      assertThat(in(new NetworkChanged())).isEmpty();
      pass(599_999);
      assertThat(timeout()).isEmpty();
      pass(1);
      assertThat(timeout()).containsExactly(new Dial());
    }
  }

  @Test
  void anotherNetworkDialsAtOnceAndForgetsOldFailures() {
    in(new Start());
    assertThat(in(new NetworkChanged())).isEmpty();
    in(new LinkDown(Cause.ORDINARY));
    assertThat(in(new NetworkChanged())).containsExactly(new Dial());
    assertThat(machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
    assertThat(in(new LinkDown(Cause.ORDINARY))).containsExactly(new Waiting(Cause.ORDINARY, 1000));
  }

  @Test
  void stopEndsIt() {
    in(new Start());
    in(new LinkDown(Cause.ORDINARY));
    assertThat(in(new Stop())).isEmpty();
    pass(100_000);
    assertThat(timeout()).isEmpty();
    assertThat(machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
    assertThat(in(new NetworkChanged())).isEmpty();
  }

  @Test
  void eventsOutOfOrderAreTheCallersBug() {
    assertThatThrownBy(() -> in(new LinkUp())).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> in(new LinkDown(Cause.ORDINARY)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Property
  void everyWaitIsWithinItsLimits(@ForAll long seed) {
    machine = new ReconnectMachine(new Random(seed));
    in(new Start());
    long limit = 1000;
    for (int i = 0; i < 10; i++) {
      Waiting waiting = (Waiting) in(new LinkDown(Cause.ORDINARY)).get(0);
      assertThat(waiting.millis()).isBetween(0L, limit);
      limit = Math.min(60_000, limit * 2);
      pass(waiting.millis());
      assertThat(timeout()).containsExactly(new Dial());
    }
    Waiting away = (Waiting) in(new LinkDown(Cause.SUPERSEDED)).get(0);
    assertThat(away.millis()).isBetween(300_000L, 600_000L);
  }

  @Test
  void aLinkThatEndsBecauseTheNetworkChangedIsDialledAtOnce() {
    in(new Start());
    in(new LinkUp());
    pass(1_000);
    assertThat(in(new NetworkChanged())).isEmpty();
    pass(600);
    assertThat(in(new LinkDown(Cause.ORDINARY)))
        .containsExactly(new Waiting(Cause.ORDINARY, 0), new Dial());
    // that was the network's; what ends after it is not
    in(new LinkUp());
    pass(1_000);
    assertThat(in(new LinkDown(Cause.ORDINARY)))
        .containsExactly(new Waiting(Cause.ORDINARY, 1_000));
  }

  @Test
  void anOldChangeOfTheNetworkExplainsNothing() {
    in(new Start());
    in(new LinkUp());
    in(new NetworkChanged());
    pass(10_000);
    assertThat(in(new LinkDown(Cause.ORDINARY)))
        .containsExactly(new Waiting(Cause.ORDINARY, 1_000));
  }

  @Test
  void supersededItStaysAwayWhateverTheNetworkDid() {
    in(new Start());
    in(new LinkUp());
    in(new NetworkChanged());
    pass(100);
    assertThat(in(new LinkDown(Cause.SUPERSEDED))).noneMatch(Dial.class::isInstance);
  }

  @Test
  void wantedItComesBackSoonAndAgainAndAgain() {
    in(new Start());
    for (int i = 0; i < 6; i++) {
      in(new LinkDown(Cause.ORDINARY));
      pass(60_000);
      timeout();
    }
    assertThat(in(new LinkDown(Cause.ORDINARY)))
        .containsExactly(new Waiting(Cause.ORDINARY, 60_000));
    assertThat(in(new ReconnectMachine.Wanted())).isEmpty();
    pass(2_000);
    assertThat(timeout()).containsExactly(new Dial());
    assertThat(in(new LinkDown(Cause.ORDINARY)))
        .containsExactly(new Waiting(Cause.ORDINARY, 2_000));
    // nobody has asked for a while
    pass(10_000);
    assertThat(timeout()).containsExactly(new Dial());
    assertThat(in(new LinkDown(Cause.ORDINARY)))
        .containsExactly(new Waiting(Cause.ORDINARY, 60_000));
  }

  /** A relayed session stands still meanwhile, and a rendezvous is restarted in seconds. */
  @Test
  void wantedItComesBackWithinASecondAtFirst() {
    in(new Start());
    in(new LinkUp());
    pass(3_600_000);
    in(new LinkDown(Cause.ORDINARY));
    in(new ReconnectMachine.Wanted());
    for (int i = 0; i < 150; i++) {
      pass(700);
      assertThat(timeout()).containsExactly(new Dial());
      in(new ReconnectMachine.Wanted());
      assertThat(in(new LinkDown(Cause.ORDINARY)))
          .containsExactly(new Waiting(Cause.ORDINARY, 700));
    }
    pass(15_000);
    assertThat(timeout()).containsExactly(new Dial());
    in(new ReconnectMachine.Wanted());
    assertThat(in(new LinkDown(Cause.ORDINARY)))
        .containsExactly(new Waiting(Cause.ORDINARY, 2_000));
  }

  @Test
  void wantedOrNotToldToStayAwayItDoes() {
    in(new Start());
    in(new LinkDown(Cause.REFUSED));
    in(new ReconnectMachine.Wanted());
    pass(299_000);
    assertThat(timeout()).isEmpty();
  }
}
