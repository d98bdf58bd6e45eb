package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.mosh.LaunchStyle;
import org.moshpit.agent.mosh.LoginAccount;
import org.moshpit.agent.mosh.MoshServerLauncher;

class MoshServerCheckTest {
  @TempDir Path dir;

  private Finding look(String server) {
    LoginAccount account = new LoginAccount("ann", 1000, 1000, dir, Path.of("/bin/sh"));
    MoshServerLauncher launcher = new MoshServerLauncher(LaunchStyle.DIRECT);
    return new MoshServerCheck(launcher, account, server).look().get(0);
  }

  @Test
  void aPathThatIsThereAndOneThatIsNot() throws Exception {
    Path file = Files.createFile(dir.resolve("server"));
    assertThat(look(file.toString()).level()).isEqualTo(Finding.Level.WRONG);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(look(file.toString())).isEqualTo(Finding.ok("mosh-server", file.toString()));
    Finding missing = look("/no/such/mosh-server");
    assertThat(missing.said()).isEqualTo("/no/such/mosh-server is no program here");
    assertThat(missing.remedy()).contains("mosh-server in agent.conf");
  }

  @Test
  void aNameIsLookedUpAsALoginDoes() {
    assertThat(look("sh").said()).endsWith("/sh");
    assertThat(look("no-such-mosh-server").level()).isEqualTo(Finding.Level.WRONG);
  }
}
