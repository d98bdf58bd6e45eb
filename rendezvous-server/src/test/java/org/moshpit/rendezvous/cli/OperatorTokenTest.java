package org.moshpit.rendezvous.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.process.KernelUser;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.rendezvous.config.RendezvousConfig;

class OperatorTokenTest {
  @TempDir private Path temp;
  private Path token;
  private Path state;

  @BeforeEach
  void files() throws IOException {
    token = Files.writeString(temp.resolve("token"), "0123456789abcdef");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    state = temp.resolve("state");
  }

  /** Somebody else checks the settings of a service: root, as a rule. */
  @Test
  void theOwnerOfTheStateDirectoryMayOwnIt() throws Exception {
    long service = KernelUser.uid() == 0 ? 12_345 : KernelUser.uid();
    long other = service + 1;
    Files.setAttribute(token, "unix:uid", (int) service);
    assertThatThrownBy(() -> OperatorToken.read(token, state, other))
        .hasMessageContaining("must belong");
    Files.setAttribute(Files.createDirectory(state), "unix:uid", (int) service);
    assertThat(OperatorToken.read(token, state, other)).isNotNull();
    Daemon.check(config());
  }

  @Test
  void withoutAStateDirectoryItIsThisUsers() throws IOException {
    assertThat(OperatorToken.read(token, state)).isNotNull();
  }

  private RendezvousConfig config() {
    InetSocketAddress web = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    return new RendezvousConfig(
        state,
        List.of(TransportAddress.parse("127.0.0.1:1")),
        List.of("localhost"),
        null,
        null,
        List.of(web),
        token,
        List.of(web),
        token,
        "info");
  }
}
