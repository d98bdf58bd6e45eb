package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaunchStyleTest {
  private static final LoginAccount ACCOUNT =
      new LoginAccount("tess", 1000, 1000, Path.of("/home/tess"), Path.of("/bin/zsh"));
  private static final ServerCommand COMMAND =
      new ServerCommand(List.of("/usr/bin/mosh-server", "new"), Map.of("SHELL", "/bin/zsh"));

  @Test
  void anOrdinaryUsersAgentExecutesItDirectly() {
    assertThat(LaunchStyle.detect(1000)).isEqualTo(LaunchStyle.DIRECT);
    LaunchStyle.Launch launch = LaunchStyle.DIRECT.launch(ACCOUNT, COMMAND, "u.service");
    assertThat(launch.argv()).endsWith("/usr/bin/mosh-server", "new");
    assertThat(launch.environment()).containsExactly(Map.entry("SHELL", "/bin/zsh"));
    assertThat(launch.directory()).isEqualTo(Path.of("/home/tess"));
  }

  @Test
  void runuserBecomesTheUserAndKeepsTheArgv() {
    LaunchStyle.Launch launch = LaunchStyle.RUNUSER.launch(ACCOUNT, COMMAND, "u.service");
    assertThat(launch.argv())
        .containsExactly(
            "setsid",
            "runuser",
            "-l",
            "-s",
            "/bin/sh",
            "tess",
            "--",
            "-c",
            "exec \"$@\"",
            "sh",
            "env",
            "SHELL=/bin/zsh",
            "/usr/bin/mosh-server",
            "new");
    assertThat(launch.environment()).containsOnlyKeys("PATH");
  }

  @Test
  void systemdRunsAServiceOfItsOwn() {
    LaunchStyle.Launch launch = LaunchStyle.SYSTEMD.launch(ACCOUNT, COMMAND, "u.service");
    assertThat(launch.argv())
        .containsSubsequence("systemd-run", "--collect", "--pipe", "--unit=u.service")
        .contains(
            "--service-type=forking",
            "--property=User=tess",
            "--property=UnsetEnvironment=INVOCATION_ID SYSTEMD_EXEC_PID")
        .contains("--setenv=SHELL=/bin/zsh")
        .doesNotContain("--scope")
        .endsWith("--", "/usr/bin/mosh-server", "new");
    assertThat(launch.environment()).containsOnlyKeys("PATH");
  }

  @Test
  void systemdSeesNoVariablesInTheCommand() {
    ServerCommand command =
        new ServerCommand(List.of("/m", "--", "sh", "-c", "echo $HOME ${x} $$"), Map.of());
    assertThat(LaunchStyle.SYSTEMD.launch(ACCOUNT, command, "u.service").argv())
        .endsWith("/m", "--", "sh", "-c", "echo $$HOME $${x} $$$$");
  }
}
