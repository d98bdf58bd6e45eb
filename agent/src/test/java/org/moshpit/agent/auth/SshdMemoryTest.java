package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SshdMemoryTest {
  private long now = Long.MAX_VALUE - 1;
  private final SshdMemory memory = new SshdMemory(() -> now);

  @Test
  void keepsAnAnswerForAWhile() {
    assertThat(memory.get("ann")).isEmpty();
    memory.put("ann", SshdPolicy.ABSENT);
    now += SshdMemory.KEPT.toNanos();
    assertThat(memory.get("ann")).contains(SshdPolicy.ABSENT);
    assertThat(memory.get("ben")).isEmpty();
    now++;
    assertThat(memory.get("ann")).isEmpty();
  }

  @Test
  void isBounded() {
    for (int i = 0; i <= SshdMemory.USERS; i++) {
      memory.put("user" + i, SshdPolicy.ABSENT);
    }
    assertThat(memory.get("user0")).isEmpty();
    assertThat(memory.get("user1")).isPresent();
  }
}
