package org.moshpit.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.link.RaceMachine.Abandon;
import org.moshpit.agent.link.RaceMachine.Connected;
import org.moshpit.agent.link.RaceMachine.Dial;
import org.moshpit.agent.link.RaceMachine.Expired;
import org.moshpit.agent.link.RaceMachine.Failed;
import org.moshpit.agent.link.RaceMachine.Lost;
import org.moshpit.agent.link.RaceMachine.NoMoreAddresses;
import org.moshpit.agent.link.RaceMachine.Output;
import org.moshpit.agent.link.RaceMachine.Resolved;
import org.moshpit.agent.link.RaceMachine.Secured;
import org.moshpit.agent.link.RaceMachine.Won;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.TransportAddress;

class RaceMachineTest {
  private static final String A = "192.0.2.1:1";
  private static final String B = "192.0.2.2:1";
  private static final String SIX = "[2001:db8::1]:1";

  private final RaceMachine machine = new RaceMachine();
  private long now = Long.MAX_VALUE - 5;

  private List<Output> in(RaceMachine.Input... inputs) {
    for (RaceMachine.Input input : inputs) {
      machine.handle(now, input);
    }
    return drain();
  }

  private List<Output> after(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
    machine.handleTimeout(now);
    return drain();
  }

  private List<Output> drain() {
    List<Output> all = new ArrayList<>();
    for (Output o = machine.pollEvent(); o != null; o = machine.pollEvent()) {
      all.add(o);
    }
    return all;
  }

  private static Resolved resolved(String... addresses) {
    return new Resolved(Arrays.stream(addresses).map(TransportAddress::parse).toList());
  }

  private static Dial dial(int attempt, String address) {
    return new Dial(attempt, TransportAddress.parse(address));
  }

  @Test
  void familiesAlternateTwoHundredMillisecondsApart() {
    assertThat(in(resolved(A, B, SIX), new NoMoreAddresses())).containsExactly(dial(0, A));
    assertThat(after(199)).isEmpty();
    assertThat(after(1)).containsExactly(dial(1, SIX));
    assertThat(after(200)).containsExactly(dial(2, B));
    assertThat(machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void theFirstToProveItselfWinsAndTheOthersAreClosed() {
    in(resolved(A, SIX, B), new NoMoreAddresses());
    after(200);
    after(200);
    assertThat(in(new Connected(1))).isEmpty();
    assertThat(in(new Secured(1))).containsExactly(new Won(1), new Abandon(0), new Abandon(2));
    assertThat(in(new Secured(0), new Failed(2), resolved("192.0.2.9:1"))).isEmpty();
    assertThat(machine.nextDeadline()).isEqualTo(Machine.NO_DEADLINE);
  }

  @Test
  void aFailureMakesTheNextStartAtOnce() {
    in(resolved(A, B), new NoMoreAddresses());
    assertThat(in(new Failed(0))).containsExactly(dial(1, B));
    assertThat(in(new Failed(1))).containsExactly(new Lost());
  }

  @Test
  void aConnectionGetsTwoSecondsAloneForItsHandshake() {
    in(resolved(A, B), new NoMoreAddresses());
    in(new Connected(0));
    assertThat(after(1999)).isEmpty();
    assertThat(after(1)).containsExactly(dial(1, B));
  }

  @Test
  void nothingIsLostWhileNamesAreStillLookedUp() {
    assertThat(in(resolved(A))).containsExactly(dial(0, A));
    assertThat(in(new Failed(0))).isEmpty();
    assertThat(in(resolved(A, B))).containsExactly(dial(1, B));
    assertThat(in(new Failed(1))).isEmpty();
    assertThat(in(new NoMoreAddresses())).containsExactly(new Lost());
  }

  @Test
  void noAddressAtAllIsLost() {
    assertThat(in(new NoMoreAddresses())).containsExactly(new Lost());
  }

  @Test
  void whenTimeIsUpEverythingIsClosed() {
    in(resolved(A, B));
    after(200);
    assertThat(in(new Expired())).containsExactly(new Lost(), new Abandon(0), new Abandon(1));
    assertThat(in(new Expired())).isEmpty();
  }

  @Test
  void aNameWithAThousandAddressesIsBounded() {
    String[] many =
        IntStream.range(0, 1000)
            .mapToObj(i -> "10.0." + (i / 250) + "." + (i % 250) + ":1")
            .toArray(String[]::new);
    int dials = in(resolved(many), new NoMoreAddresses()).size();
    for (int i = 0; i < 1000; i++) {
      dials += after(2000).size();
    }
    assertThat(dials).isEqualTo(16);
  }
}
