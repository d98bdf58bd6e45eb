package org.moshpit.common.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HangUpTest {
  private final HangUp hangUp = new HangUp();
  private int ran;

  @Test
  void everySignalRunsTheAction() {
    hangUp.run(() -> ran++);
    assertThat(ran).isZero();
    hangUp.came();
    hangUp.came();
    assertThat(ran).isEqualTo(2);
  }

  @Test
  void thoseBeforeThereIsAnActionRunItOnceAsSoonAsThereIs() {
    hangUp.came();
    hangUp.came();
    hangUp.run(() -> ran++);
    assertThat(ran).isOne();
    hangUp.came();
    assertThat(ran).isEqualTo(2);
  }
}
