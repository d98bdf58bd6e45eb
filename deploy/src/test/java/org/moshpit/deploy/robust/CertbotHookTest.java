package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Shell;

/** The script that certbot runs after a renewal, without certbot and without systemd. */
@Tag("lab")
public class CertbotHookTest {
  private Path directory;
  private Path state;

  @BeforeEach
  void make() throws IOException {
    directory = Files.createTempDirectory("hook");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    state = directory.resolve("state");
    LabCa.sh(
        "install -d -m 700 -o nobody %1$s/state; mkdir -m 700 %1$s/live %1$s/bin; cd %1$s/live;"
            + " echo key > privkey.pem; echo chain > fullchain.pem;"
            + " printf '#!/bin/sh\\necho \"$@\" >> %1$s/systemctl\\n' > %1$s/bin/systemctl;"
            + " chmod 700 %1$s/bin/systemctl",
        directory);
  }

  @AfterEach
  void remove() {
    LabCa.sh("rm -r %s", directory);
  }

  private Shell.Result hook(String... environment) {
    String script =
        Shell.repository().resolve("deploy/packages/rendezvous/certbot-hook").toString();
    List<String> line = new ArrayList<>(List.of("env"));
    line.add("PATH=" + directory.resolve("bin") + ":" + System.getenv("PATH"));
    line.addAll(List.of(environment));
    line.addAll(List.of(script, state.toString()));
    return Shell.run(line, "");
  }

  private String lineage() {
    return "RENEWED_LINEAGE=" + directory.resolve("live");
  }

  @Test
  void theCopiesAreTheRendezvousUsersAndItIsTold() throws IOException {
    for (String round : List.of("first", "second")) {
      LabCa.sh("echo %2$s >> %1$s/live/privkey.pem", directory, round);
      hook(lineage()).orFail();
      assertThat(state.resolve("certificate_key.pem"))
          .hasSameTextualContentAs(directory.resolve("live/privkey.pem"));
      assertThat(state.resolve("certificate.pem")).hasContent("chain");
    }
    assertThat(LabCa.sh("cd %s; stat -c '%%U %%a %%n' *", state))
        .isEqualTo("nobody 600 certificate.pem\nnobody 600 certificate_key.pem");
    assertThat(directory.resolve("systemctl"))
        .hasContent("try-reload-or-restart moshpit-rendezvous\n".repeat(2));
  }

  @Test
  void withoutAllOfItNothingIsReplacedAndNobodyTold() {
    hook(lineage()).orFail();
    LabCa.sh("cd %1$s; rm live/fullchain.pem systemctl", directory);
    assertThat(hook(lineage()).exit()).isNotZero();
    assertThat(state.resolve("certificate.pem")).hasContent("chain");
    assertThat(directory.resolve("systemctl")).doesNotExist();
    Shell.Result alone = hook();
    assertThat(alone.exit()).isNotZero();
    assertThat(alone.err()).contains("RENEWED_LINEAGE: certbot sets it");
  }

  /** certbot is often run by hand: what is the user's could type into root's terminal. */
  @Test
  void whatBecomesTheUsersHasLeftRootsSession() throws IOException {
    LabCa.sh(
        "cd %1$s; p=$(command -v runuser); printf '#!/bin/sh\\n"
            + "read -r process name state parent group session more < /proc/$$/stat\\n"
            + "echo \"$process $session\" > %1$s/seen\\nexec %%s \"$@\"\\n' $p > bin/runuser;"
            + " chmod 700 bin/runuser",
        directory);
    hook(lineage()).orFail();
    String[] numbers = Files.readString(directory.resolve("seen")).strip().split(" ", -1);
    assertThat(numbers[1]).as("its session").isEqualTo(numbers[0]);
  }

  /** What the rendezvous' user puts in the way stays that user's affair. */
  @Test
  void rootFollowsNoLinkThere() throws IOException {
    Path others = Files.writeString(directory.resolve("others"), "mine");
    Files.setPosixFilePermissions(others, PosixFilePermissions.fromString("rw-------"));
    LabCa.sh("ln -s %1$s %2$s/certificate_key.pem; ln -s %1$s %2$s/certificate.pem", others, state);
    hook(lineage()).orFail();
    LabCa.sh("ln -s %1$s %2$s/certificate_key.pem.new", others, state);
    assertThat(hook(lineage()).exit()).isNotZero();
    assertThat(others).hasContent("mine");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(others)))
        .isEqualTo("rw-------");
  }
}
