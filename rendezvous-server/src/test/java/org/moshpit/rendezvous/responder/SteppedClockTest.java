package org.moshpit.rendezvous.responder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.rendezvous.responder.AgentRequests.AGENT;
import static org.moshpit.rendezvous.responder.AgentRequests.KEY;
import static org.moshpit.rendezvous.responder.AgentRequests.NOW;
import static org.moshpit.rendezvous.responder.AgentRequests.SOCKET;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.Nonce;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;

class SteppedClockTest {
  private static final TransportAddress SOURCE = TransportAddress.parse("203.0.113.5:4000");
  private static final long HOUR = TimeUnit.HOURS.toMillis(1);

  private long wall = NOW;
  private long nanos = Long.MAX_VALUE - 5;
  private final SteppedClock clock = new SteppedClock(() -> wall, () -> nanos);
  private final ResponderCounters counters = new ResponderCounters();
  private final ObservationTokens tokens = AgentRequests.tokens();
  private final BindingResponder responder =
      new BindingResponder(
          StunSockets.of(List.of(TransportAddress.parse("198.51.100.1:3478"))),
          AgentRequests.keys(),
          tokens,
          counters,
          new AnswerQuotas(42),
          clock);

  private void pass(long millis) {
    wall += millis;
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    clock.wallMillis(); // as the core is told it, every ten seconds
  }

  private void set(long byMillis) {
    wall += byMillis;
    clock.wallMillis();
  }

  private Reply asked(long time) {
    byte[] request = StunEncoder.encode(AgentRequests.message(time, 64), KEY);
    return responder.respond(request, SOURCE, 0, clock.steadyMillis());
  }

  @Test
  void theSteadyTimeDoesNotStep() {
    pass(5_000);
    set(HOUR);
    pass(5_000);
    set(-3 * HOUR);
    assertThat(clock.steadyMillis()).isEqualTo(NOW + 10_000);
    assertThat(clock.wallMillis()).isEqualTo(NOW + 10_000 - 2 * HOUR);
  }

  /** All agents that were greeted before go on with the time they were told. */
  @Test
  void afterAStepOldAndNewAgentsAreAnswered() {
    pass(HOUR);
    set(24 * HOUR);
    pass(60_000);
    assertThat(asked(NOW + HOUR + 60_000)).isNotNull();
    assertThat(asked(NOW + 25 * HOUR + 60_000)).isNotNull();
    assertThat(asked(NOW + 12 * HOUR)).isNull();
    assertThat(asked(NOW + HOUR + 60_000 - BindingResponder.MAX_TIME_OFF_MILLIS - 1)).isNull();
    assertThat(counters.get(Outcome.STALE)).isEqualTo(2);
  }

  @Test
  void aStepMakesNoTokenOlder() {
    set(HOUR);
    Parsed answer = (Parsed) StunParser.parse(asked(wall).bytes());
    String token = answer.message().first(Nonce.class).orElseThrow().text();
    set(-5 * HOUR);
    pass(9_000);
    assertThat(tokens.verify(token, AGENT, SOCKET, SOURCE, clock.steadyMillis(nanos))).isTrue();
    pass(2_000);
    assertThat(tokens.verify(token, AGENT, SOCKET, SOURCE, clock.steadyMillis(nanos))).isFalse();
  }

  @Test
  void noMoreThanFourTimesOfDayAreRemembered() {
    for (int i = 0; i < SteppedClock.REMEMBERED; i++) {
      set(HOUR);
    }
    assertThat(asked(NOW)).isNull();
    for (int i = 1; i <= SteppedClock.REMEMBERED; i++) {
      assertThat(asked(NOW + i * HOUR)).isNotNull();
    }
  }

  @Test
  void whatIsSlewedOrOffByAMomentIsNoStep() {
    for (int i = 0; i < 100; i++) {
      set(i % 2 == 0 ? 30_000 : -30_000);
    }
    set(HOUR);
    assertThat(asked(NOW)).isNotNull();
  }
}
