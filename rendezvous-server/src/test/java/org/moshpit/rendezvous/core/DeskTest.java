package org.moshpit.rendezvous.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.rendezvous.core.CoreFixture.find;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeskTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private final CoreFixture core = new CoreFixture();

  @Test
  void aTokenIsNewEveryTimeAndNotInTheText() {
    CoreInput asked = new CoreInput.InviteAsked(1, "", Role.BOTH, Set.of(), 1, HOUR);
    var first = find(core.run(asked), CoreCommand.Invited.class);
    var second = find(core.run(asked), CoreCommand.Invited.class);

    assertThat(first.token().size()).isEqualTo(16);
    assertThat(first.token()).isNotEqualTo(second.token());
    assertThat(first.expiresMillis()).isEqualTo(core.wall() + HOUR);
    assertThat(first.toString()).doesNotContain(first.token().hex().substring(0, 8));
  }

  @ParameterizedTest
  @CsvSource({
    "Bad_Name, '', 1, 1, Bad_Name' is not a name",
    "'', Bad, 1, 1, Bad' is not a name",
    "taken, '', 1, 1, is enrolled already",
    "free, '', 2, 1, one use",
    "'', '', 0, 1, 1 to 1000 uses",
    "'', '', 1001, 1, 1 to 1000 uses",
    "'', '', 1, 0, expires",
    "'', '', 1, 999999999999999, expires",
  })
  void invitesThatCannotBe(String name, String sees, int uses, long millis, String part) {
    core.enrolled("taken", Role.BOTH);
    Set<String> seen = sees.isEmpty() ? Set.of() : Set.of(sees);
    var failed =
        find(
            core.run(new CoreInput.InviteAsked(3, name, Role.BOTH, seen, uses, millis)),
            CoreCommand.Failed.class);

    assertThat(failed.request()).isEqualTo(3);
    assertThat(failed.sentence()).contains(part).endsWith(".");
  }

  @Test
  void agentsAreListedByName() {
    core.enrolled("b", Role.BOX);
    core.enrolled("a", Role.LAPTOP);
    var listed = find(core.run(new CoreInput.AgentsAsked(9)), CoreCommand.Listed.class);

    assertThat(listed.agents()).extracting(AgentView::name).containsExactly("a", "b");
    assertThat(listed.agents()).noneMatch(AgentView::online);
  }
}
