package org.moshpit.agent.cli.laptop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.agent.config.AgentPaths;

class ApproachTest {
  private static AgentPaths paths(String config) {
    return new AgentPaths(Path.of(config), Path.of("/s"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/c        | agent forget den",
        "/other    | agent forget --config-dir /other den",
        "/my files | agent forget --config-dir '/my files' den",
      })
  void aChangedHostKeyIsForgottenWhereItStands(String config, String command) {
    assertThat(
            Approach.withWhere(
                "compare, then: agent forget den, and again.", "den", paths(config), paths("/c")))
        .isEqualTo(
            "compare, then: "
                + command
                + ", and again. (The box's line begins den@ and stands in "
                + config
                + "/known_boxes.)");
  }

  @Test
  void knownBoxesThatCannotBeReadAreSaidWhy() {
    assertThat(
            Approach.unreadable(paths("/c"), new AccessDeniedException("/c/known_boxes"))
                .sentence())
        .isEqualTo("/c/known_boxes cannot be read: permission denied");
    assertThat(Approach.unreadable(paths("/c"), new IllegalStateException("odd")).sentence())
        .isEqualTo("/c/known_boxes cannot be read: odd");
  }
}
