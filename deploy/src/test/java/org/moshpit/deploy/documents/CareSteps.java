package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.deploy.documents.Scene.Place.LAPTOP;
import static org.moshpit.deploy.documents.Scene.Place.ROOT;

import java.util.List;
import org.moshpit.deploy.lab.Shell;

/** Settings, the journal, backup and keys. */
final class CareSteps {
  private static final String OVERRIDDEN =
      "MOSHPIT_MAX_SESSIONS=4 agent run --log-level debug --print-config";
  private static final String BACKUP =
      "(umask 077; for f in tls_key.pem registry.gen registry.mv; do setsid -w runuser -u"
          + " moshpit-rendezvous -- cat /var/lib/moshpit-rendezvous/$f > /backup/$f; done)";
  private static final String RESTORE =
      "for f in tls_key.pem registry.gen registry.mv; do setsid -w runuser -u"
          + " moshpit-rendezvous -- sh -c 'umask 077; rm -f \"$1\"; cat > \"$1\"' sh /var/lib/moshpit-rendezvous/$f"
          + " < /backup/$f; done";
  private static final String[] NEXT_KEY = {
    "umask 077",
    "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out next.pem",
    "openssl pkey -in next.pem -pubout >> next.pem",
    "pin=sha256:$(openssl pkey -in next.pem -pubout -outform DER | openssl dgst -sha256 -binary |"
        + " openssl base64 | tr '+/' '-_' | tr -d =)",
    "sed -i \"s|^pins=.*|& $pin|\" rendezvous"
  };

  private static final String RELOAD = "systemctl daemon-reload";

  private CareSteps() {}

  static List<Step> all() {
    return List.of(
        says("systemctl status moshpit-agent", "Status: \"registered as box at vps.example.net"),
        says("journalctl -u moshpit-agent", "registered at the rendezvous"),
        says("journalctl -u moshpit-agent -n 50", "moshpit-agent"),
        says("journalctl -u moshpit-agent -p warning", ""),
        says("timedatectl status", "(?m)^ *Universal time:"),
        Step.of(
            scene -> {
              scene.root("echo log-level = debug >> /etc/moshpit/agent.conf");
              scene.expect(ROOT, "systemctl reload moshpit-agent", "");
              scene.awaitJournal("moshpit-agent", "log-level");
            },
            "systemctl reload moshpit-agent"),
        says("agent run --check-config", "^$"),
        says("rendezvous-server run --check-config", "^$"),
        Step.of(CareSteps::onPort443, RELOAD),
        says("agent run --print-config", "(?m)^# default\nports = 60001-60999$"),
        says("rendezvous-server run --print-config", "(?m)^public-address = vps.example.net$"),
        Step.of(
            scene -> Sample.of(OVERRIDDEN).hasItsLinesIn(scene.expect(ROOT, OVERRIDDEN, "")),
            OVERRIDDEN),
        Step.of(
            scene -> {
              scene.root("mkdir /backup");
              scene.expect(ROOT, BACKUP, "");
              assertThat(scene.root("stat -c '%n %a' /backup/*").lines())
                  .containsExactly(
                      "/backup/registry.gen 600",
                      "/backup/registry.mv 600",
                      "/backup/tls_key.pem 600");
            },
            BACKUP),
        Step.of(
            scene -> {
              scene.root("systemctl stop moshpit-rendezvous");
              scene.expect(ROOT, RESTORE, "");
              scene.root("systemctl start moshpit-rendezvous");
              String stat =
                  "cd /var/lib/moshpit-rendezvous; stat -c '%U %a' tls_key.pem registry.gen"
                      + " registry.mv";
              assertThat(scene.root(stat).lines())
                  .hasSize(3)
                  .containsOnly("moshpit-rendezvous 600");
            },
            RESTORE),
        Step.of(CareSteps::nextKey, NEXT_KEY));
  }

  private static Step says(String command, String pattern) {
    return new Step(
        Claim.caller(), List.of(command), scene -> scene.expect(ROOT, command, pattern));
  }

  /** The settings and the drop-in that the document shows; and back. */
  private static void onPort443(Scene scene) {
    scene.root(
        "cat >> /etc/moshpit/rendezvous.conf <<'END'\n" + shown("listen = [::]:443") + "END");
    scene.root(
        "mkdir -p /etc/systemd/system/moshpit-rendezvous.service.d\n"
            + "cat > /etc/systemd/system/moshpit-rendezvous.service.d/port-443.conf <<'END'\n"
            + shown("CAP_NET_BIND_SERVICE")
            + "END");
    scene.expect(ROOT, RELOAD, "");
    scene.root("systemctl restart moshpit-rendezvous");
    assertThat(scene.root("systemctl is-active moshpit-rendezvous")).isEqualTo("active");
    String url = scene.root("rendezvous-server invite --role laptop --name far").strip();
    assertThat(url).startsWith("moshpit://vps.example.net/");
    for (String port : List.of("443", "3478")) {
      scene.lab.laptop().output("nc", "-z", "vps.example.net", port);
    }
    Shell.Result enrolled =
        scene.script(
            LAPTOP,
            url.replace("//vps.example.net/", "//vps.example.net:4/") + "&at=vps.example.net:443\n",
            "agent --config-dir ~/far enroll -");
    assertThat(enrolled.exit()).as(enrolled.err() + enrolled.out()).isZero();
    assertThat(scene.lab.laptop().output("sh", "-c", "cat ~/far/rendezvous"))
        .containsPattern("(?m)^at=vps.example.net:443$");
    scene.root(
        "rm -r /etc/systemd/system/moshpit-rendezvous.service.d\n"
            + "sed -i '/^listen/d' /etc/moshpit/rendezvous.conf\n"
            + "rendezvous-server revoke far\n"
            + "systemctl daemon-reload\n"
            + "systemctl restart moshpit-rendezvous");
    scene.awaitStatus("registered as box at vps.example.net; 0 sessions");
  }

  /** The block of operations.md that has this in it. */
  private static String shown(String part) {
    return Documents.read("docs/operations.md").blocks().stream()
        .map(block -> String.join("\n", block.lines()) + "\n")
        .filter(text -> text.contains(part))
        .findFirst()
        .orElseThrow();
  }

  /**
   * One shell all the way, on the laptop, since the container has no openssl; KeyRotationTest puts
   * such a key in place.
   */
  private static void nextKey(Scene scene) {
    StringBuilder script = new StringBuilder("mkdir keys; cd keys\n");
    for (String command : NEXT_KEY) {
      script.append(command.startsWith("sed") ? "cd ~/.config/moshpit\n" : "");
      script.append(scene.typed(command)).append('\n');
    }
    String pin = scene.script(LAPTOP, "", script + "echo \"$pin\"").orFail();
    assertThat(pin).matches("sha256:[A-Za-z0-9_-]{43}");
    assertThat(scene.lab.laptop().output("cat", ".config/moshpit/rendezvous"))
        .containsPattern("(?m)^pins=sha256:\\S+ " + pin + "$");
    scene.lab.laptop().output("agent", "list");
  }
}
