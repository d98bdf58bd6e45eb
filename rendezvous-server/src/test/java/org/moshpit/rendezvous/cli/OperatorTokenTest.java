package org.moshpit.rendezvous.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

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
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.store.StoreException;

class OperatorTokenTest {
  private static final int SERVICE = 12345;

  @TempDir private Path temp;
  private Path token;
  private Path state;

  @BeforeEach
  void files() throws IOException {
    token = Files.writeString(temp.resolve("token"), "0123456789abcdef");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    state = temp.resolve("state");
  }

  /** Root checks the settings of a service that is another user. */
  @Test
  void theOwnerOfTheStateDirectoryMayOwnIt() throws Exception {
    assumeThat(StateOptions.uid()).isZero();
    Files.setAttribute(Files.createDirectory(state), "unix:uid", SERVICE);
    Files.setAttribute(token, "unix:uid", SERVICE);
    assertThat(OperatorToken.read(token, state)).isNotNull();
    Daemon.check(config());

    Files.setAttribute(token, "unix:uid", SERVICE + 1);
    assertThatThrownBy(() -> OperatorToken.read(token, state)).hasMessageContaining("must belong");
    assertThatThrownBy(() -> Daemon.check(config()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("must belong");
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
