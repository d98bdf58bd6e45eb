package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Refusals.Ending;

/**
 * Everything that can be wrong, each with its own sentence and exit code, by the real launchers.
 * What can be tried without harm to anything is in {@link PassingRefusalTest}.
 */
@Tag("lab")
class RefusalTest {
  private Lab lab;
  private Refusals refusals;

  @BeforeEach
  void makeLab() {
    lab = Lab.populated("none", "none");
    refusals = new Refusals(lab);
  }

  @AfterEach
  void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Tag("alone")
  void unknownOfflineAndUnlistedAreToldAlikeAtTheSameMoment() {
    // As seen by a laptop that the box has never admitted.
    Ending unknown = refusals.connect("--host-key", lab.hostKey("box"), "nobody");
    Refusals.write(lab.box(), ".ssh/authorized_keys", "# nobody is let in\n");
    Ending unlisted = refusals.connectBox();
    Refusals.end(lab.agent("box"));
    Ending offline = refusals.connectBox();
    for (Ending ending : List.of(unknown, unlisted, offline)) {
      assertThat(ending.exit()).as(ending.sentence()).isEqualTo(10);
      assertThat(ending.took()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(10));
    }
    List<Duration> took = Stream.of(unknown, unlisted, offline).map(Ending::took).sorted().toList();
    assertThat(took.get(2).minus(took.get(0))).as("%s", took).isLessThan(Duration.ofSeconds(2));
    assertThat(offline.sentence()).isEqualTo(unlisted.sentence());
    assertThat(unknown.sentence().replace("nobody", "box")).isEqualTo(unlisted.sentence());
  }

  @Test
  void aRevokedLaptopIsToldSo() {
    refusals.rendezvousServer("revoke", "laptop");
    Ending ending = refusals.connectBox();
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(12);
    assertThat(ending.sentence()).contains("revoked");
  }

  @Test
  void aRevokedBoxIsToldSoByItsDaemon() {
    Refusals.end(lab.agent("box"));
    refusals.rendezvousServer("revoke", "box");
    Host.Running again = lab.box().start("agent", "run");
    await().atMost(Refusals.LONGEST).until(() -> Refusals.read(again.log()).contains("revoked"));
    assertThat(Refusals.read(again.log())).doesNotContain("\tat ");
  }

  /** Only to a laptop that it has let in before, and then without waiting for silence. */
  @Test
  void aBoxThatLetItInBeforeIsToldToBeOffline() {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt();
      assertThat(session.exit()).isZero();
    }
    Refusals.end(lab.agent("box"));
    Ending ending = refusals.connect("box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(10);
    assertThat(ending.sentence()).contains("has been offline for");
  }

  @ParameterizedTest
  @ValueSource(strings = {"host_ed25519", "host_ed25519 noise_x25519"})
  void aChangedHostKeyStops(String replaced) {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt();
      assertThat(session.exit()).isZero();
    }
    Refusals.end(lab.agent("box"));
    lab.box()
        .output(
            "sh",
            "-c",
            "cd .config/moshpit; rm $1 host_ed25519.pub; ssh-keygen -q -t ed25519 -N '' -f host_ed25519",
            "replace",
            replaced);
    Host.Running again = lab.box().start("agent", "run");
    await().atMost(Refusals.LONGEST).until(() -> refusals.online("box"));
    Ending ending = refusals.connect("box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(13);
    assertThat(ending.sentence()).contains("host key");
    assertThat(again.alive()).isTrue();
  }

  @Test
  void noPortLeft() {
    Refusals.end(lab.agent("box"));
    Refusals.write(lab.box(), ".config/moshpit/agent.conf", "ports = 60001-60001\n");
    Host.Running again = lab.box().start("agent", "run");
    await().atMost(Refusals.LONGEST).until(() -> refusals.online("box"));
    try (Session session = Session.open(lab)) {
      session.awaitPrompt();
      Ending ending = refusals.connectBox();
      assertThat(ending.exit()).as(ending.sentence()).isEqualTo(1);
      assertThat(ending.sentence()).contains("port");
      assertThat(session.exit()).isZero();
    }
    assertThat(again.alive()).isTrue();
  }

  @Test
  void noRendezvous() {
    Refusals.end(lab.rendezvousServer());
    Ending ending = refusals.connectBox();
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(12);
    assertThat(ending.sentence()).contains("192.0.2.10");
  }

  @Test
  void theStateOfTheDaemonsUnwritableOrCorrupted() throws IOException {
    Refusals.end(lab.agent("box"));
    lab.box().output("sh", "-c", "rm -rf .local/state/moshpit; : > .local/state/moshpit");
    Refusals.assertRefused(lab.box().run("agent", "run"), 2, "moshpit");
    lab.box()
        .output("sh", "-c", "rm .local/state/moshpit; echo rubbish > .config/moshpit/rendezvous");
    Refusals.assertRefused(lab.box().run("agent", "run"), 2, "rendezvous");

    Refusals.end(lab.rendezvousServer());
    Path state = lab.rendezvous().home().resolve("state");
    for (Path file : storeFiles(state)) {
      Files.writeString(file, "rubbish".repeat(1000));
    }
    var ended =
        lab.rendezvous()
            .run(
                "rendezvous-server",
                "run",
                "--state",
                state.toString(),
                "--public-address",
                Lab.RENDEZVOUS);
    Refusals.assertRefused(ended, 2, state.toString());
  }

  @Test
  void whereTheUserMayNotWrite() {
    Refusals.end(lab.agent("box"));
    lab.box().output("sh", "-c", "mkdir closed; chmod 500 closed");
    Refusals.assertRefused(
        lab.box().run("agent", "--state-dir", "closed/state", "run"), 2, "closed");
    Refusals.assertRefused(
        lab.box().run("agent", "--state-dir", "/root/state", "run"), 2, "/root/state");
    Refusals.assertRefused(
        lab.box().run("agent", "--state-dir", "/etc/state", "run"), 2, "/etc/state");

    Refusals.end(lab.rendezvousServer());
    String state = "/etc/rendezvous";
    Refusals.assertRefused(
        lab.rendezvous()
            .run("rendezvous-server", "run", "--state", state, "--public-address", Lab.RENDEZVOUS),
        2,
        state);
    Refusals.assertRefused(
        lab.rendezvous().run("rendezvous-server", "agents", "--state", state), 2, state);
  }

  @Test
  void whatTheLaptopKeepsUnwritableOrCorrupted() {
    String url = refusals.rendezvousServer("invite", "--role", "laptop");
    Refusals.assertRefused(
        lab.laptop().run("agent", "--config-dir", "/etc/laptop", "enroll", url, "--name", "y"),
        2,
        "/etc/laptop");
    lab.laptop().output("mkdir", ".config/moshpit/known_boxes");
    Ending boxes = refusals.connectBox();
    assertThat(boxes.exit()).as(boxes.sentence()).isEqualTo(2);
    assertThat(boxes.sentence()).contains("known_boxes");
    lab.laptop().output("rmdir", ".config/moshpit/known_boxes");

    Refusals.write(lab.laptop(), ".config/moshpit/rendezvous", "rubbish\n");
    Ending rubbish = refusals.connectBox();
    assertThat(rubbish.exit()).as(rubbish.sentence()).isEqualTo(2);
    assertThat(rubbish.sentence()).contains("rendezvous");
  }

  private static List<Path> storeFiles(Path state) throws IOException {
    try (var files = Files.list(state)) {
      return files
          .filter(f -> f.toString().endsWith(".mv") || f.toString().endsWith(".db"))
          .toList();
    }
  }
}
