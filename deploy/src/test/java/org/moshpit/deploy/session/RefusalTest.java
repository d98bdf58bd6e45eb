package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.lab.Terminal;

/**
 * Everything that can be wrong, each with its own sentence and exit code, by the real launchers.
 */
@Tag("lab")
class RefusalTest {
  private static final Duration LONGEST = Duration.ofSeconds(40);

  private Lab lab;

  @BeforeEach
  void makeLab() {
    lab = Lab.populated("none", "none");
  }

  @AfterEach
  void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  /** Exit status, the one sentence, and how long it took. */
  private record Ending(int exit, String sentence, Duration took) {}

  @Test
  void unknownOfflineAndUnlistedAreToldAlikeAtTheSameMoment() {
    // As seen by a laptop that the box has never admitted.
    Ending unknown = connect("--host-key", lab.hostKey("box"), "nobody");
    write(lab.box(), ".ssh/authorized_keys", "# nobody is let in\n");
    Ending unlisted = connectBox();
    end(lab.agent("box"));
    Ending offline = connectBox();
    for (Ending ending : List.of(unknown, unlisted, offline)) {
      assertThat(ending.exit()).as(ending.sentence()).isEqualTo(10);
      assertThat(ending.took()).isBetween(Duration.ofMillis(2000), Duration.ofMillis(4500));
    }
    assertThat(offline.sentence()).isEqualTo(unlisted.sentence());
    assertThat(unknown.sentence().replace("nobody", "box")).isEqualTo(unlisted.sentence());
  }

  @Test
  void aKeyWithAnOptionThatRefusesItIsToldWhich() {
    for (String option : List.of("from=\"10.0.0.0/8\"", "no-pty", "cert-authority", "bogus")) {
      write(lab.box(), ".ssh/authorized_keys", option + " " + publicKey());
      Ending ending = connectBox();
      assertThat(ending.exit()).as(ending.sentence()).isEqualTo(11);
      assertThat(ending.sentence()).contains(option.replaceFirst("=.*", ""));
    }
    write(lab.box(), ".ssh/authorized_keys", "expiry-time=\"20200101\" " + publicKey());
    assertThat(connectBox()).matches(e -> e.exit() == 11 && e.sentence().contains("expir"));
  }

  @Test
  void aRevokedLaptopIsToldSo() {
    rendezvousServer("revoke", "laptop");
    Ending ending = connectBox();
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(12);
    assertThat(ending.sentence()).contains("revoked");
  }

  @Test
  void aRevokedBoxIsToldSoByItsDaemon() {
    end(lab.agent("box"));
    rendezvousServer("revoke", "box");
    Host.Running again = lab.box().start("agent", "run");
    await().atMost(LONGEST).until(() -> read(again.log()).contains("revoked"));
    assertThat(read(again.log())).doesNotContain("\tat ");
  }

  /** Only to a laptop that it has let in before, and then without waiting for silence. */
  @Test
  void aBoxThatLetItInBeforeIsToldToBeOffline() {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt();
      assertThat(session.exit()).isZero();
    }
    end(lab.agent("box"));
    Ending ending = connect("box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(10);
    assertThat(ending.sentence()).contains("has been offline for");
  }

  @Test
  void anAddressFamilyThatIsNotThere() {
    Ending ending = connect("-6", "--host-key", lab.hostKey("box"), "box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(2);
    assertThat(ending.sentence()).contains("-6", "IPv6");
  }

  @Test
  void aTerminalThatMoshDoesNotKnow() {
    Ending ending =
        run("env", "TERM=frob", "agent", "connect", "--host-key", lab.hostKey("box"), "box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(2);
    assertThat(ending.sentence()).contains("frob");
  }

  @Test
  void joinUrlsThatDoNotHold() {
    String used = rendezvousServer("invite", "--role", "laptop", "--name", "spare");
    enroll(used, "spare").orFail();
    String expired = rendezvousServer("invite", "--role", "laptop", "--expires", "1s");
    String good = rendezvousServer("invite", "--role", "laptop");
    String wrongPin = good.replaceFirst("pin=sha256:....", "pin=sha256:AAAA");
    Instant over = Instant.now().plusSeconds(1);
    await().until(() -> Instant.now().isAfter(over));
    assertRefused(enroll(used, "spare2"), 12, "used");
    assertRefused(enroll(expired, "spare3"), 12, "expired");
    assertRefused(enroll(wrongPin, "spare4"), 12, "pin");
    assertRefused(
        enroll(good.replaceFirst("token=.*", "token=AAAAAAAAAAAAAAAAAAAAAA"), "x"),
        12,
        "does not know this join URL");
    assertRefused(enroll(good.replaceFirst("token=.*", "token=short"), "x"), 2, "token");
    assertRefused(enroll("https://example.org/", "x"), 2, "moshpit://");
  }

  @ParameterizedTest
  @ValueSource(strings = {"host_ed25519", "host_ed25519 noise_x25519"})
  void aChangedHostKeyStops(String replaced) {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt();
      assertThat(session.exit()).isZero();
    }
    end(lab.agent("box"));
    lab.box()
        .output(
            "sh",
            "-c",
            "cd .config/moshpit; rm $1 host_ed25519.pub; ssh-keygen -q -t ed25519 -N '' -f host_ed25519",
            "replace",
            replaced);
    Host.Running again = lab.box().start("agent", "run");
    await().atMost(LONGEST).until(() -> online("box"));
    Ending ending = connect("box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(13);
    assertThat(ending.sentence()).contains("host key");
    assertThat(again.alive()).isTrue();
  }

  @Test
  void moshMissingOnEitherSide() {
    lab.box().root("mount", "--bind", "/dev/null", "/usr/bin/mosh-server");
    assertThat(connectBox())
        .matches(e -> e.exit() == 14 && e.sentence().contains("mosh-server"), "no mosh-server");
    lab.laptop().root("mount", "--bind", "/dev/null", "/usr/bin/mosh-client");
    assertThat(connectBox())
        .matches(e -> e.exit() == 14 && e.sentence().contains("mosh-client"), "no mosh-client");
  }

  @Test
  void aLocaleThatIsNotUtf8() {
    Ending ending =
        run("env", "LC_ALL=C", "agent", "connect", "--host-key", lab.hostKey("box"), "box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(2);
    assertThat(ending.sentence()).contains("UTF-8");
  }

  @Test
  void noTerminal() {
    var ended = lab.laptop().run("agent", "connect", "--host-key", lab.hostKey("box"), "box");
    assertRefused(ended, 2, "terminal");
  }

  @Test
  void noPortLeft() {
    end(lab.agent("box"));
    write(lab.box(), ".config/moshpit/agent.conf", "ports = 60001-60001\n");
    Host.Running again = lab.box().start("agent", "run");
    await().atMost(LONGEST).until(() -> online("box"));
    try (Session session = Session.open(lab)) {
      session.awaitPrompt();
      Ending ending = connectBox();
      assertThat(ending.exit()).as(ending.sentence()).isEqualTo(1);
      assertThat(ending.sentence()).contains("port");
      assertThat(session.exit()).isZero();
    }
    assertThat(again.alive()).isTrue();
  }

  @Test
  void noRendezvous() {
    end(lab.rendezvousServer());
    Ending ending = connectBox();
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(12);
    assertThat(ending.sentence()).contains("192.0.2.10");
  }

  @Test
  void theStateOfTheDaemonsUnwritableOrCorrupted() throws IOException {
    end(lab.agent("box"));
    lab.box().output("sh", "-c", "rm -rf .local/state/moshpit; : > .local/state/moshpit");
    assertRefused(lab.box().run("agent", "run"), 2, "moshpit");
    lab.box()
        .output("sh", "-c", "rm .local/state/moshpit; echo rubbish > .config/moshpit/rendezvous");
    assertRefused(lab.box().run("agent", "run"), 2, "rendezvous");

    end(lab.rendezvousServer());
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
    assertRefused(ended, 2, state.toString());
  }

  @Test
  void whereTheUserMayNotWrite() {
    end(lab.agent("box"));
    lab.box().output("sh", "-c", "mkdir closed; chmod 500 closed");
    assertRefused(lab.box().run("agent", "--state-dir", "closed/state", "run"), 2, "closed");
    assertRefused(lab.box().run("agent", "--state-dir", "/root/state", "run"), 2, "/root/state");
    assertRefused(lab.box().run("agent", "--state-dir", "/etc/state", "run"), 2, "/etc/state");

    end(lab.rendezvousServer());
    String state = "/etc/rendezvous";
    assertRefused(
        lab.rendezvous()
            .run("rendezvous-server", "run", "--state", state, "--public-address", Lab.RENDEZVOUS),
        2,
        state);
    assertRefused(lab.rendezvous().run("rendezvous-server", "agents", "--state", state), 2, state);
  }

  @Test
  void whatTheLaptopKeepsUnwritableOrCorrupted() {
    String url = rendezvousServer("invite", "--role", "laptop");
    assertRefused(
        lab.laptop().run("agent", "--config-dir", "/etc/laptop", "enroll", url, "--name", "y"),
        2,
        "/etc/laptop");
    lab.laptop().output("mkdir", ".config/moshpit/known_boxes");
    Ending boxes = connectBox();
    assertThat(boxes.exit()).as(boxes.sentence()).isEqualTo(2);
    assertThat(boxes.sentence()).contains("known_boxes");
    lab.laptop().output("rmdir", ".config/moshpit/known_boxes");

    write(lab.laptop(), ".config/moshpit/rendezvous", "rubbish\n");
    Ending rubbish = connectBox();
    assertThat(rubbish.exit()).as(rubbish.sentence()).isEqualTo(2);
    assertThat(rubbish.sentence()).contains("rendezvous");
  }

  @Test
  void noPathWithoutTheRelay() {
    lab.box()
        .root(
            "nft",
            "add table inet cut; "
                + "add chain inet cut in { type filter hook input priority 0; }; "
                + "add rule inet cut in meta l4proto udp ip saddr LAPTOP drop"
                    .replace("LAPTOP", lab.publicAddress("laptop")));
    Ending ending = connect("--relay=never", "--host-key", lab.hostKey("box"), "box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(15);
  }

  private static List<Path> storeFiles(Path state) throws IOException {
    try (var files = Files.list(state)) {
      return files
          .filter(f -> f.toString().endsWith(".mv") || f.toString().endsWith(".db"))
          .toList();
    }
  }

  private Ending connectBox() {
    return connect("--host-key", lab.hostKey("box"), "box");
  }

  private Ending connect(String... words) {
    String[] command = new String[words.length + 2];
    command[0] = "agent";
    command[1] = "connect";
    System.arraycopy(words, 0, command, 2, words.length);
    return run(command);
  }

  private Ending run(String... command) {
    long begin = System.nanoTime();
    try (Terminal terminal = lab.laptop().terminal(command)) {
      int exit = terminal.awaitExit(LONGEST);
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      String sentence = terminal.leftBehind();
      assertThat(sentence).startsWith("agent: ").hasLineCount(1).doesNotContain("Exception");
      return new Ending(exit, sentence, took);
    }
  }

  private static void assertRefused(Shell.Result ended, int exit, String word) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
    assertThat(ended.err().strip()).contains(word).doesNotContain("Exception").hasLineCount(1);
  }

  private Shell.Result enroll(String url, String name) {
    String directory = lab.laptop().home().resolve("config-" + name).toString();
    return lab.laptop().run("agent", "--config-dir", directory, "enroll", url, "--name", name);
  }

  private String rendezvousServer(String verb, String... words) {
    String[] command = new String[words.length + 4];
    command[0] = "rendezvous-server";
    command[1] = verb;
    command[2] = "--state";
    command[3] = lab.rendezvous().home().resolve("state").toString();
    System.arraycopy(words, 0, command, 4, words.length);
    return lab.rendezvous().output(command);
  }

  private boolean online(String name) {
    return rendezvousServer("agents", "--json")
        .replaceAll("\\s", "")
        .matches("(?s).*\"name\":\"" + name + "\"[^{}]*\"online\":true.*");
  }

  private String publicKey() {
    try {
      return Files.readString(lab.laptop().home().resolve(".ssh/id_ed25519.pub"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void write(Host host, String file, String text) {
    host.runWithInput(text, "sh", "-c", "umask 077; cat > \"$1\"", "write", file).orFail();
  }

  private static void end(ProcessHandle process) {
    process.destroy();
    await().atMost(LONGEST).until(() -> !process.isAlive());
  }
}
