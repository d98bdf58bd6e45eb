package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserKeyCheckTest {
  @TempDir Path home;

  private Finding look() throws Exception {
    return new UserKeyCheck(Map.of("HOME", home.toString()), home).look().get(0);
  }

  @Test
  void aKeyWhereSshLooksIsFoundAndNoneIsSaid() throws Exception {
    assertThat(look().level()).isEqualTo(Finding.Level.WRONG);
    assertThat(look().remedy()).startsWith("To connect from here: ssh-keygen -t ed25519");
    Path file = Files.createDirectories(home.resolve(".ssh")).resolve("id_ed25519");
    assertThat(
            new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString())
                .start()
                .waitFor())
        .isZero();
    assertThat(look()).isEqualTo(Finding.ok("SSH key", file.toString()));
  }
}
