package org.moshpit.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentPathsTest {
  private static final Path HOME = Path.of("/home/ann");

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // option, MOSHPIT_CONFIG_DIR, XDG_CONFIG_HOME, root, expected
        "-,       -,    -,     false, /home/ann/.config/moshpit",
        "-,       -,    /xdg,  false, /xdg/moshpit",
        "-,       -,    xdg,   false, /home/ann/.config/moshpit",
        "-,       -,    /xdg,  true,  /etc/moshpit",
        "-,       /env, /xdg,  true,  /env",
        "-,       '',   -,     false, /home/ann/.config/moshpit",
        "/option, /env, /xdg,  true,  /option",
        "/a/../b, -,    -,     false, /b",
      })
  void configDirectory(String option, String env, String xdg, boolean root, String expected) {
    Map<String, String> environment = new java.util.HashMap<>();
    environment.put("MOSHPIT_CONFIG_DIR", env);
    environment.put("XDG_CONFIG_HOME", xdg);
    AgentPaths paths =
        AgentPaths.of(option == null ? null : Path.of(option), null, environment, root, HOME);
    assertThat(paths.config()).isEqualTo(Path.of(expected));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-,       -,    -,    false, /home/ann/.local/state/moshpit",
        "-,       -,    /xdg, false, /xdg/moshpit",
        "-,       -,    /xdg, true,  /var/lib/moshpit",
        "-,       /env, /xdg, true,  /env",
        "/option, /env, /xdg, true,  /option",
      })
  void stateDirectory(String option, String env, String xdg, boolean root, String expected) {
    Map<String, String> environment = new java.util.HashMap<>();
    environment.put("MOSHPIT_STATE_DIR", env);
    environment.put("XDG_STATE_HOME", xdg);
    AgentPaths paths =
        AgentPaths.of(null, option == null ? null : Path.of(option), environment, root, HOME);
    assertThat(paths.state()).isEqualTo(Path.of(expected));
    assertThat(paths.controlSocket()).isEqualTo(Path.of(expected, "agent.sock"));
  }
}
