package org.moshpit.agent.cli.box;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RegistrationTest {
  private boolean up;

  private static long at(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void itIsRedAfterAMinuteWithoutALinkAndGreenAgain() {
    Registration registration = new Registration(() -> up, at(0));
    assertThat(registration.problem(at(60))).isEmpty();
    assertThat(registration.problem(at(61))).contains("not registered at the rendezvous for 61 s");
    up = true;
    assertThat(registration.problem(at(62))).isEmpty();
    up = false;
    assertThat(registration.problem(at(122))).isEmpty();
    assertThat(registration.problem(at(123))).contains("not registered at the rendezvous for 61 s");
  }

  @Test
  void whoLooksBetweenAskingKnowsWhenItWasUpLast() {
    Registration registration = new Registration(() -> up, at(0));
    up = true;
    registration.look(at(1000));
    up = false;
    assertThat(registration.problem(at(1030))).isEmpty();
  }
}
