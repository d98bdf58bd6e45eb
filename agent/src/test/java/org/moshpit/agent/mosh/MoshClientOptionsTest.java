package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;

class MoshClientOptionsTest {
  private static MoshClientOptions options(String predict, Map<String, String> environment) {
    return MoshClientOptions.of(null, predict, false, true, "agent connect den", environment);
  }

  @Test
  void theOptionStandsOverTheEnvironment() {
    Map<String, String> environment = Map.of("MOSH_PREDICTION_DISPLAY", "never");
    assertThat(options("always", environment).predict()).isEqualTo("always");
    assertThat(options(null, environment).predict()).isEqualTo("never");
    assertThat(options(null, Map.of()).predict()).isEqualTo("adaptive");
  }

  @Test
  void anUnknownModeIsRefusedAndItsOriginSaid() {
    UserError option = catchThrowableOfType(UserError.class, () -> options("sometimes", Map.of()));
    assertThat(option.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(option.sentence()).contains("sometimes").doesNotContain("MOSH_PREDICTION_DISPLAY");
    UserError inherited =
        catchThrowableOfType(
            UserError.class, () -> options(null, Map.of("MOSH_PREDICTION_DISPLAY", "x")));
    assertThat(inherited.sentence()).contains("MOSH_PREDICTION_DISPLAY");
  }

  @Test
  void setsWhatTheScriptSetsAndLeavesTheRest() {
    Map<String, String> inherited = Map.of("MOSH_ESCAPE_KEY", "~", "MOSH_TITLE_NOPREFIX", "1");
    assertThat(options(null, inherited).environment(inherited, "KEY"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "MOSH_ESCAPE_KEY", "~",
                "MOSH_TITLE_NOPREFIX", "1",
                "MOSH_KEY", "KEY",
                "MOSH_PREDICTION_DISPLAY", "adaptive"));
    assertThat(
            MoshClientOptions.of("c", "never", true, false, "", Map.of())
                .environment(Map.of(), "KEY"))
        .containsEntry("MOSH_PREDICTION_OVERWRITE", "yes")
        .containsEntry("MOSH_NO_TERM_INIT", "1")
        .containsEntry("MOSH_PREDICTION_DISPLAY", "never");
  }
}
