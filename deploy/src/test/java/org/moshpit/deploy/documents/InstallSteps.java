package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.deploy.documents.Scene.Place.LAPTOP;
import static org.moshpit.deploy.documents.Scene.Place.PERSON;
import static org.moshpit.deploy.documents.Scene.Place.ROOT;

import java.util.List;

/**
 * From nothing to a rendezvous, a box and a laptop.
 *
 * <p>Not run: ufw, which the container does not have. What it would read of the package is looked
 * at instead.
 */
final class InstallSteps {
  private static final String INVITE = "rendezvous-server invite";
  private static final String URL = "moshpit://vps\\.example\\.net/\\?pin=sha256:\\S+&token=\\S+";

  private InstallSteps() {}

  static List<Step> all() {
    return List.of(
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
    Daemon alone =
        scene.start(ROOT, "rendezvous-server run").awaitOutput("The rendezvous is ready");
    assertThat(alone.end()).as(alone.output()).isZero();
    Daemon daemon = scene.start(ROOT, "rendezvous-server run --public-address vps.example.net");
    daemon.awaitOutput("The rendezvous is ready");
    scene.root("grep -q '^moshpit://vps.example.net/' /var/lib/moshpit-rendezvous/join-url");
    assertThat(daemon.end()).as(daemon.output()).isZero();
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
