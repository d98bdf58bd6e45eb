package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.deploy.documents.Scene.Place.LAPTOP;
import static org.moshpit.deploy.documents.Scene.Place.PERSON;
import static org.moshpit.deploy.documents.Scene.Place.ROOT;

import java.util.List;
import java.util.stream.Stream;

/**
 * From nothing to a rendezvous, a box and a laptop.
 *
 * <p>Not run: ufw, which the container does not have. What it would read of the package is looked
 * at instead.
 */
final class InstallSteps {
  private static final String INVITE = "rendezvous-server invite";
  private static final String URL = "moshpit://vps\\.example\\.net/\\?pin=sha256:\\S+&token=\\S+";

  /** What stands before both. */
  private static final String DIRECTORIES = "mkdir -p /opt /etc/moshpit";

  /** A step of {@link CareSteps} has it. */
  private static final String RELOAD = "systemctl daemon-reload";

  private static final String[] RENDEZVOUS_ARCHIVE = {
    DIRECTORIES,
    "tar -xzf moshpit-rendezvous-*.tar.gz -C /opt",
    "ln -sfn /opt/moshpit-rendezvous-* /opt/moshpit-rendezvous",
    "/opt/moshpit-rendezvous/lib/make-archives",
    "ln -sfn /opt/moshpit-rendezvous/bin/rendezvous-server /usr/bin/rendezvous-server",
    "cp -n /opt/moshpit-rendezvous/etc/rendezvous.conf /etc/moshpit/",
    "systemd-sysusers /opt/moshpit-rendezvous/etc/sysusers.conf",
    "cp /opt/moshpit-rendezvous/systemd/moshpit-rendezvous.service /etc/systemd/system/",
    RELOAD,
    "systemctl enable --now moshpit-rendezvous"
  };

  private static final String[] AGENT_ARCHIVE = {
    "tar -xzf moshpit-agent-*.tar.gz -C /opt",
    "ln -sfn /opt/moshpit-agent-* /opt/moshpit-agent",
    "/opt/moshpit-agent/lib/make-archives",
    "ln -sfn /opt/moshpit-agent/bin/agent /usr/bin/agent",
    "cp -n /opt/moshpit-agent/etc/agent.conf /etc/moshpit/",
    "cp /opt/moshpit-agent/systemd/moshpit-agent.service /etc/systemd/system/",
    "cp /opt/moshpit-agent/systemd/user/moshpit-agent.service /etc/systemd/user/"
  };

  private InstallSteps() {}

  static List<Step> all() {
    return List.of(
        Step.of(
            InstallSteps::rendezvousFromTheArchive,
            Stream.of(RENDEZVOUS_ARCHIVE).filter(c -> !c.equals(RELOAD)).toArray(String[]::new)),
        Step.of(InstallSteps::agentFromTheArchive, AGENT_ARCHIVE),
        Step.of(
            InstallSteps::packages,
            "sudo apt install ./deploy/target/packages/moshpit-rendezvous_*.deb",
            "sudo apt install ./deploy/target/packages/moshpit-agent_*.deb"),
        Step.of(
            scene -> scene.expect(PERSON, "agent --version", "^agent " + scene.packages.version()),
            "agent --version"),
        Step.of(InstallSteps::firewall, "ufw allow \"Moshpit rendezvous\""),
        Step.of(
            InstallSteps::rendezvousByHand,
            "rendezvous-server run",
            "rendezvous-server run --public-address vps.example.net"),
        Step.of(
            InstallSteps::rendezvousAsService,
            "systemctl restart moshpit-rendezvous",
            "sudo cat /var/lib/moshpit-rendezvous/join-url"),
        Step.of(InstallSteps::box, INVITE, "sudo agent enroll -"),
        Step.of(InstallSteps::boxByHand, "agent run"),
        Step.of(
            scene -> {
              scene.expect(ROOT, "sudo systemctl enable --now moshpit-agent", "");
              scene.awaitStatus("registered as box at vps.example.net; 0 sessions");
            },
            "sudo systemctl enable --now moshpit-agent"),
        Step.of(
            scene ->
                scene.expect(LAPTOP, url(scene) + "\n", "agent enroll -", "Enrolled as laptop at"),
            "agent enroll -"),
        Step.of(
            InstallSteps::person,
            "rendezvous-server invite --name NAME",
            "agent enroll 'moshpit://…'",
            "sudo loginctl enable-linger $USER",
            "systemctl --user enable --now moshpit-agent",
            "systemctl --user"));
  }

  /** Where the archives are. */
  private static void fromTheArchive(Scene scene, String... commands) {
    StringBuilder script = new StringBuilder("cd deploy/target/packages\n");
    for (String command : commands) {
      script.append(scene.typed(command)).append('\n');
    }
    scene.root(script.toString());
  }

  /** Afterwards nothing is left, so that the package finds a machine that had none of it. */
  private static void rendezvousFromTheArchive(Scene scene) {
    fromTheArchive(scene, RENDEZVOUS_ARCHIVE);
    assertThat(scene.root("systemctl is-active moshpit-rendezvous")).isEqualTo("active");
    assertThat(scene.root("stat -c %U /var/lib/moshpit-rendezvous/join-url"))
        .isEqualTo("moshpit-rendezvous");
    assertThat(scene.root("rendezvous-server invite")).containsPattern("moshpit://\\S+");
    scene.root(
        "systemctl disable --now moshpit-rendezvous\n"
            + "rm -rf /opt/moshpit-rendezvous* /usr/bin/rendezvous-server /etc/moshpit"
            + " /etc/systemd/system/moshpit-rendezvous.service /var/lib/moshpit-rendezvous\n"
            + "userdel moshpit-rendezvous\n"
            + "systemctl daemon-reload");
  }

  private static void agentFromTheArchive(Scene scene) {
    scene.root("mkdir -p /opt /etc/moshpit");
    fromTheArchive(scene, AGENT_ARCHIVE);
    scene.root("systemctl daemon-reload");
    assertThat(scene.root("agent --version")).startsWith("agent ");
    assertThat(scene.root("ls /opt/moshpit-agent/lib")).contains("agent-run.jsa");
    scene.root("systemctl cat moshpit-agent");
    assertThat(scene.root("ls /opt/moshpit-agent /opt/moshpit-agent/doc"))
        .contains("THIRD-PARTY", "LICENSE", "troubleshooting.md");
    scene.root(
        "rm -rf /opt/moshpit-agent* /usr/bin/agent /etc/moshpit"
            + " /etc/systemd/*/moshpit-agent.service\n"
            + "systemctl daemon-reload");
  }

  private static void packages(Scene scene) {
    for (String name : List.of("rendezvous", "agent")) {
      scene.expect(
          ROOT, "sudo apt install ./deploy/target/packages/moshpit-" + name + "_*.deb", "");
      scene.root("dpkg --status moshpit-" + name);
    }
    scene.root("systemctl is-active moshpit-rendezvous");
  }

  private static void firewall(Scene scene) {
    scene.typed("ufw allow \"Moshpit rendezvous\"");
    assertThat(scene.root("cat /etc/ufw/applications.d/moshpit-rendezvous"))
        .contains("[Moshpit rendezvous]", "ports=3478/tcp|3478:3479/udp");
  }

  /** The service has begun with the address; a name takes its place. */
  private static void rendezvousByHand(Scene scene) {
    scene.root("systemctl stop moshpit-rendezvous");
    scene.endRendezvous(scene.startRendezvous("rendezvous-server run"));
    Daemon daemon = scene.startRendezvous("rendezvous-server run --public-address vps.example.net");
    scene.root("grep -q '^moshpit://vps.example.net/' /var/lib/moshpit-rendezvous/join-url");
    scene.endRendezvous(daemon);
  }

  private static void rendezvousAsService(Scene scene) {
    scene.root("echo public-address = vps.example.net >> /etc/moshpit/rendezvous.conf");
    scene.expect(ROOT, "systemctl restart moshpit-rendezvous", "");
    scene.expect(ROOT, "sudo cat /var/lib/moshpit-rendezvous/join-url", URL);
  }

  private static String url(Scene scene) {
    return scene.expect(ROOT, INVITE, URL).strip();
  }

  private static void box(Scene scene) {
    String said =
        scene.expect(ROOT, url(scene) + "\n", "sudo agent enroll -", "Enrolled as box at vps");
    Sample.of("sudo agent enroll -").hasItsFirstWordsIn(said);
    scene.placeholders.hostKey(said.replaceFirst("(?s).*(SHA256:[A-Za-z0-9+/]{43}).*", "$1"));
  }

  private static void boxByHand(Scene scene) {
    Daemon daemon = scene.start(ROOT, "agent run").awaitOutput("registered at the rendezvous");
    assertThat(daemon.end()).as(daemon.output()).isZero();
  }

  private static void person(Scene scene) {
    scene.placeholders.name("den");
    scene.placeholders.joinUrl(
        scene.expect(ROOT, "rendezvous-server invite --name NAME", URL).strip());
    scene.expect(PERSON, "agent enroll 'moshpit://…'", "Enrolled as den at vps");
    String linger = scene.typed("sudo loginctl enable-linger $USER");
    scene.root("USER=demo\n" + linger);
    scene.expect(PERSON, "systemctl --user enable --now moshpit-agent", "");
    scene.expect(PERSON, "systemctl --user", "moshpit-agent.service +loaded active running");
  }
}
