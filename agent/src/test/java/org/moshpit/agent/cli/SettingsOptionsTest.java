package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.PortRange;
import org.moshpit.agent.config.Setting;
import picocli.CommandLine;

class SettingsOptionsTest {
  @TempDir Path dir;

  @Test
  void everySettingIsAnOption() {
    assertThat(new CommandLine(new SettingsOptions()).getCommandSpec().optionsMap().keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Setting.values()).map(setting -> "--" + setting.key()).toList());
  }

  @Test
  void anOptionStandsOverTheRest() {
    SettingsOptions options = new SettingsOptions();
    new CommandLine(options).parseArgs("--ports", "7-9", "--log-level=warn");
    assertThat(options.load(new AgentPaths(dir, dir)).ports()).isEqualTo(new PortRange(7, 9));
    assertThat(options.load(new AgentPaths(dir, dir)).logLevel()).isEqualTo("warn");
  }
}
