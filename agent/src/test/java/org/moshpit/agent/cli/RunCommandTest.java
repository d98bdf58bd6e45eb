package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.PortRange;
import org.moshpit.agent.config.Setting;
import org.moshpit.agent.config.Settings;
import picocli.CommandLine;

class RunCommandTest {
  @TempDir Path dir;

  @Test
  void everySettingIsAnOption() {
    assertThat(new CommandLine(new RunCommand()).getCommandSpec().optionsMap().keySet())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Stream.of("--print-config", "--check-config"),
                    Arrays.stream(Setting.values()).map(setting -> "--" + setting.key()))
                .toList());
  }

  @Test
  void anOptionStandsOverTheRest() {
    RunCommand run = new RunCommand();
    new CommandLine(run).parseArgs("--ports", "7-9", "--log-level=warn");
    Settings settings = run.settings(new AgentPaths(dir, dir));
    assertThat(settings.ports()).isEqualTo(new PortRange(7, 9));
    assertThat(settings.logLevel()).isEqualTo("warn");
  }
}
