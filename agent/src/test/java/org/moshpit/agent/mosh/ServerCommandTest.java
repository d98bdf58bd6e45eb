package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.mosh.MoshServerRequest.Bind;

class ServerCommandTest {
  private static final LoginAccount ACCOUNT =
      new LoginAccount("tess", 1000, 1000, Path.of("/home/tess"), Path.of("/bin/zsh"));

  private static MoshServerRequest request(List<String> argv, String forced, Bind bind) {
    return new MoshServerRequest(
        ACCOUNT, argv, forced, Map.of("LANG", "C.UTF-8"), 256, "", 60001, true, bind, 604800);
  }

  private static ServerCommand command(MoshServerRequest request) {
    return ServerCommand.of(request, Map.of("HOME", "/home/tess"), "/usr/bin/mosh-server", 60001);
  }

  @Test
  void withoutACommandTheLoginShell() {
    ServerCommand command = command(request(List.of(), null, Bind.LOOPBACK));
    assertThat(command.argv())
        .containsExactly(
            "/usr/bin/mosh-server",
            "new",
            "-i",
            "127.0.0.1",
            "-p",
            "60001",
            "-c",
            "256",
            "-l",
            "LANG=C.UTF-8");
    assertThat(command.environment())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("HOME", "/home/tess", "MOSH_SERVER_NETWORK_TMOUT", "604800"));
  }

  @Test
  void aCommandStaysAnArgv() {
    assertThat(command(request(List.of("sh", "-c", "a 'b'"), null, Bind.ANY_IPV4)).argv())
        .containsExactly(
            "/usr/bin/mosh-server",
            "new",
            "-p",
            "60001",
            "-c",
            "256",
            "-l",
            "LANG=C.UTF-8",
            "--",
            "sh",
            "-c",
            "a 'b'");
  }

  @Test
  void aForcedCommandRunsInsteadAndMayReadWhatWasAsked() {
    ServerCommand command =
        command(request(List.of("rm", "it's", "$HOME"), "backup only", Bind.ANY_IPV6));
    assertThat(command.argv()).containsSubsequence("-i", "::");
    assertThat(command.argv()).endsWith("--", "/bin/zsh", "-c", "backup only");
    assertThat(command.environment())
        .containsEntry("SSH_ORIGINAL_COMMAND", "'rm' 'it'\\''s' '$HOME'");
    assertThat(command(request(List.of(), "backup", Bind.LOOPBACK)).environment())
        .doesNotContainKey("SSH_ORIGINAL_COMMAND");
  }

  @Test
  void aRequestKeepsToItsRanges() {
    assertThatThrownBy(
            () ->
                new MoshServerRequest(
                    ACCOUNT,
                    List.of(),
                    null,
                    Map.of("LD_PRELOAD", "x"),
                    8,
                    "",
                    1,
                    true,
                    Bind.LOOPBACK,
                    0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new MoshServerRequest(
                    ACCOUNT, List.of(), null, Map.of(), -1, "", 1, true, Bind.LOOPBACK, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LoginAccount("-l", 1, 1, Path.of("/"), Path.of("/bin/sh")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
