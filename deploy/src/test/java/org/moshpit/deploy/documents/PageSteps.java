package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.moshpit.deploy.documents.Scene.Place.LAPTOP;
import static org.moshpit.deploy.documents.Scene.Place.ROOT;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.lab.Terminal;

/** The status page, from the VPS and from elsewhere. */
final class PageSteps {
  private static final String LOOPBACK = "rendezvous-server run --page 127.0.0.1:9481";
  private static final String TUNNEL = "ssh -L 9481:127.0.0.1:9481 vps.example.net";
  private static final String TOKEN =
      "(umask 077; head -c 24 /dev/urandom | base64 > /etc/moshpit/page-token)";
  private static final String EVERYWHERE =
      "rendezvous-server run --page 0.0.0.0:9481 --page-token-file /etc/moshpit/page-token";
  private static final String SERVICE_TOKEN =
      "head -c 24 /dev/urandom | base64 |"
          + " setsid -w runuser -u moshpit-rendezvous -- sh -c 'umask 077; cat > \"$1\"' sh"
          + " /var/lib/moshpit-rendezvous/page-token";

  private PageSteps() {}

  static List<Step> all() {
    return List.of(
        Step.of(PageSteps::throughATunnel, LOOPBACK, TUNNEL),
        Step.of(PageSteps::withAToken, TOKEN, EVERYWHERE),
        Step.of(PageSteps::ofTheService, SERVICE_TOKEN));
  }

  /** The page's text, or the status that came instead of it. */
  private static String get(Scene scene, String url) {
    String fetch =
        "import sys, urllib.request as r, urllib.error as e\n"
            + "try: print(r.urlopen(sys.argv[1], timeout=10).read().decode())\n"
            + "except e.HTTPError as x: print(x.code, x.read().decode())";
    return scene.lab.laptop().output("/usr/bin/python3", "-c", fetch, url);
  }

  private static void throughATunnel(Scene scene) throws Exception {
    scene.root("systemctl stop moshpit-rendezvous");
    Daemon daemon = scene.startRendezvous(LOOPBACK);
    Host.Running sshd = sshd(scene.lab);
    Terminal ssh = scene.terminal(LAPTOP, TUNNEL);
    ssh.awaitText("demo@box", Duration.ofSeconds(20));
    assertThat(get(scene, "http://localhost:9481/")).contains("<html", "box", "laptop");
    ssh.type("exit\n");
    assertThat(ssh.awaitExit(Duration.ofSeconds(10))).isZero();
    sshd.terminate();
    scene.endRendezvous(daemon);
  }

  /** This machine's own, on the network of the VPS. */
  private static Host.Running sshd(Lab lab) throws Exception {
    lab.box().root("sh", "-c", "umask 077; ssh-keygen -q -t ed25519 -N '' -f /root/host_key");
    String key = lab.laptop().output("cat", ".ssh/id_ed25519.pub") + "\n";
    Shell.Result listed =
        lab.box()
            .runWithInput(key, "sh", "-c", "umask 077; mkdir -p .ssh; cat > .ssh/authorized_keys");
    assertThat(listed.exit()).as(listed.err()).isZero();
    Files.writeString(
        lab.laptop().home().resolve(".ssh/known_hosts"),
        "vps.example.net " + lab.box().root("cat", "/root/host_key.pub") + "\n");
    Host.Running sshd =
        lab.box()
            .startAsRoot(
                "/usr/sbin/sshd",
                "-D",
                "-e",
                "-f",
                "/dev/null",
                "-o",
                "HostKey=/root/host_key",
                "-o",
                "UsePAM=no",
                "-o",
                "PidFile=none");
    await().atMost(Duration.ofSeconds(30)).until(() -> sshd.output().contains("Server listening"));
    return sshd;
  }

  private static void withAToken(Scene scene) {
    scene.expect(ROOT, TOKEN, "");
    assertThat(scene.root("stat -c %a /etc/moshpit/page-token")).isEqualTo("600");
    Daemon daemon = scene.startRendezvous(EVERYWHERE);
    String form = get(scene, "http://vps.example.net:9481/");
    assertThat(form).contains("password").doesNotContain("laptop");
    scene.endRendezvous(daemon);
  }

  private static void ofTheService(Scene scene) {
    scene.expect(ROOT, SERVICE_TOKEN, "");
    scene.root(
        "printf '%s\\n' 'page = 0.0.0.0:9481'"
            + " 'page-token-file = /var/lib/moshpit-rendezvous/page-token'"
            + " >> /etc/moshpit/rendezvous.conf");
    scene.root("systemctl start moshpit-rendezvous");
    assertThat(get(scene, "http://vps.example.net:9481/")).contains("password");
  }
}
