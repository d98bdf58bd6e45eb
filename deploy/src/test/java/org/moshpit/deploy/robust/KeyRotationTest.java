package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.deploy.lab.Shell;

/** The procedures of docs/operations.md, Keys and Backup, step by step. */
@Tag("lab")
class KeyRotationTest {
  @TempDir Path directory;
  private Launchers programs;

  @AfterEach
  void stop() {
    if (programs != null) {
      programs.stop();
    }
  }

  private String sh(String script, Object... arguments) {
    String filled = String.format(script, arguments);
    return Shell.run(List.of("sh", "-euc", "umask 077; " + filled), "").orFail().strip();
  }

  @Test
  void theRendezvousGetsAnotherKeyThatAgentsPinnedBefore() throws IOException {
    programs = new Launchers(directory);
    Launchers.Running server = programs.startRendezvous();
    programs.enroll("old");
    Path next = directory.resolve("next.pem");
    String pin =
        sh(
            "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out %1$s;"
                + " openssl pkey -in %1$s -pubout >> %1$s;"
                + " openssl pkey -in %1$s -pubout -outform DER | openssl dgst -sha256 -binary"
                + " | openssl base64 | tr '+/' '-_' | tr -d =",
            next);
    String url = programs.rendezvous("invite", "--name", "new").orFail().strip();
    Shell.run(programs.agent("new", "enroll", url + "&pin=sha256:" + pin), "").orFail();
    sh("sed -i 's|^pins=.*|& sha256:%s|' %s", pin, programs.config("old").resolve("rendezvous"));
    String forgotten = programs.rendezvous("invite", "--name", "forgotten").orFail().strip();
    Shell.run(programs.agent("forgotten", "enroll", forgotten), "").orFail();

    assertThat(server.end()).isZero();
    Path key = programs.state().resolve("tls_key.pem");
    Files.move(next, key, StandardCopyOption.REPLACE_EXISTING);
    programs.startRendezvous();
    for (String name : List.of("new", "old")) {
      programs.start(programs.agent(name, "run")).awaitOutput("registered at");
    }
    programs.start(programs.agent("forgotten", "run")).awaitOutput("no link to the rendezvous");
    assertThat(programs.rendezvous("invite").orFail()).contains("pin=sha256:" + pin);
  }

  @Test
  void aBackupOfARunningRendezvousIsPutBack() throws IOException {
    programs = new Launchers(directory);
    Launchers.Running server = programs.startRendezvous();
    programs.enroll("den");
    Path state = programs.state();
    Path backup = directory.resolve("backup");
    sh(
        "mkdir %2$s; for f in tls_key.pem registry.gen registry.mv; do cp -p %1$s/$f %2$s; done",
        state, backup);
    programs.enroll("later");
    server.process().destroyForcibly();
    await().until(() -> !server.process().isAlive());
    sh("rm -r %1$s; mkdir -m 700 %1$s; cp -p %2$s/* %1$s", state, backup);

    programs.startRendezvous();
    programs.start(programs.agent("den", "run")).awaitOutput("registered at");
    assertThat(programs.rendezvous("agents").orFail()).contains("den").doesNotContain("later");
    Shell.Result unknown = Shell.run(programs.agent("later", "list"), "");
    assertThat(unknown.exit()).isEqualTo(12);
  }

  @Test
  void aBoxGetsAnotherLinkKeyAndAnotherSealingKey() throws IOException {
    programs = new Launchers(directory);
    programs.startRendezvous();
    programs.enroll("den");
    Path config = programs.config("den");
    Path host = config.resolve("host_ed25519");
    Launchers.Running agent =
        programs.start(programs.agent("den", "run")).awaitOutput("registered at");
    byte[] hostBefore = Files.readAllBytes(host);
    byte[] sealBefore = Files.readAllBytes(config.resolve("noise_x25519"));
    byte[] linkBefore = Files.readAllBytes(config.resolve("link_ed25519"));
    assertThat(agent.end()).isZero();

    Files.delete(config.resolve("noise_x25519"));
    programs.rendezvous("revoke", "den").orFail();
    programs.enroll("den");
    programs.start(programs.agent("den", "run")).awaitOutput("registered at");
    assertThat(Files.readAllBytes(host)).isEqualTo(hostBefore);
    assertThat(Files.readAllBytes(config.resolve("noise_x25519"))).isNotEqualTo(sealBefore);
    assertThat(Files.readAllBytes(config.resolve("link_ed25519"))).isNotEqualTo(linkBefore);
  }
}
