package org.moshpit.deploy.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;

/** What {@code agent enroll} finds that would keep the first session from coming about. */
@Tag("lab")
class EnrollChecksTest {
  private Lab lab;
  private Host host;

  @BeforeEach
  void makeLab() {
    lab = Lab.populated("none", "none");
    host = lab.laptop();
  }

  @AfterEach
  void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  private String invite(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "rendezvous-server",
                "invite",
                "--state",
                lab.rendezvous().home().resolve("state").toString()));
    command.addAll(List.of(words));
    return lab.rendezvous().output(command.toArray(String[]::new));
  }

  private Shell.Result enroll(String url, String name) {
    String config = host.home().resolve("config-" + name).toString();
    return host.run("agent", "--config-dir", config, "enroll", url, "--name", name);
  }

  private static void write(Host host, Path file, String text) {
    host.runWithInput(text, "sh", "-c", "umask 077; cat > \"$1\"", "write", file.toString())
        .orFail();
  }

  /** Drops what comes in for the rendezvous. */
  private void drop(String what) {
    lab.rendezvous()
        .rootWithInput(
            "table inet shut { chain in { type filter hook input priority -10; "
                + what
                + " drop; }; }\n",
            "nft",
            "-f",
            "-");
  }

  private static String line(String output, String what) {
    return output
        .lines()
        .filter(line -> line.startsWith(what + " "))
        .map(line -> line.substring(what.length()).strip())
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing of " + what + " in " + output));
  }

  @Test
  void everythingAtOnceAndAgainWhenItIsMended() {
    drop("udp dport 3479");
    host.output("mkdir", "-m", "700", host.home().resolve("config-den").toString());
    Path conf = host.home().resolve("config-den/agent.conf");
    write(host, conf, "mosh-server = /opt/mosh/bin/mosh-server\n");
    host.rootWithInput("LANG=C\n", "tee", "/etc/default/locale");
    String url = invite("--uses", "3", "--role", "both");
    host.rootWithInput(
        "table inet watch { chain out { type filter hook output priority -10;"
            + " meta l4proto { tcp, udp } ip daddr != { 127.0.0.0/8, 192.0.2.10, 192.0.2.11 }"
            + " counter comment \"elsewhere\"; }; }\n",
        "nft",
        "-f",
        "-");

    Shell.Result first = enroll(url, "den");

    String found = first.orFail();
    assertThat(first.err()).isEmpty();
    assertThat(found).startsWith("Enrolled as den at 192.0.2.10:3478.\nHost key");
    assertThat(line(found, "rendezvous")).startsWith("ok, TCP to 192.0.2.1");
    assertThat(line(found, "UDP 3478")).isEqualTo("ok");
    assertThat(line(found, "UDP 3479")).isEqualTo("no answer");
    assertThat(found).contains("\n  Open UDP port 3479 too, at the rendezvous first;");
    assertThat(line(found, "clock")).startsWith("ok");
    assertThat(line(found, "mosh-server"))
        .isEqualTo("/opt/mosh/bin/mosh-server is no program here");
    assertThat(line(found, "locale of a login")).startsWith("LANG=C; only laptops with ");
    assertThat(found).contains("\n  Put LANG=C.UTF-8 into /etc/default/locale.\n");
    assertThat(line(found, "authorized_keys"))
        .isEqualTo("no key in " + host.home().resolve(".ssh/authorized_keys"));
    assertThat(found).contains("\n  mkdir -m 700 -p ~/.ssh, then put your public key");
    assertThat(line(found, "mosh-client")).startsWith("ok");
    assertThat(line(found, "locale here")).isEqualTo("ok, LANG=C.UTF-8");
    assertThat(line(found, "SSH key")).isEqualTo("ok, " + host.home().resolve(".ssh/id_ed25519"));
    assertThat(host.root("nft", "list", "table", "inet", "watch"))
        .containsPattern("counter packets 0 bytes 0 comment \"elsewhere\"");

    lab.rendezvous().root("nft", "delete", "table", "inet", "shut");
    write(host, conf, "");
    host.rootWithInput("LANG=C.UTF-8\n", "tee", "/etc/default/locale");
    host.output("sh", "-c", "umask 077; cp .ssh/id_ed25519.pub .ssh/authorized_keys");
    host.output("chmod", "o+w", ".ssh/authorized_keys");
    String again = enroll(url, "den").orFail();
    assertThat(again).startsWith("Enrolled already as den at 192.0.2.10:3478; nothing to do.\n");
    assertThat(line(again, "UDP 3479")).isEqualTo("ok");
    assertThat(line(again, "mosh-server")).startsWith("ok, /");
    assertThat(line(again, "locale of a login")).isEqualTo("ok, LANG=C.UTF-8");
    assertThat(line(again, "authorized_keys")).startsWith("bad ownership or modes of ");
    assertThat(again).contains("\n  chown demo and chmod go-w what it names.");

    host.output("chmod", "o-w", ".ssh/authorized_keys");
    String mended = enroll(url, "den").orFail();
    assertThat(line(mended, "authorized_keys")).isEqualTo("ok, 1 key of demo");
    assertThat(mended.substring(mended.indexOf("CHECKED"))).doesNotContain("\n  ");
  }

  @Test
  void aRootAgentLooksAtEverybody() {
    String url = invite("--name", "rooted", "--role", "box");
    String found =
        lab.box().root("agent", "--config-dir", "/root/c", "--state-dir", "/root/s", "enroll", url);
    assertThat(found).startsWith("Enrolled as rooted at ");
    assertThat(line(found, "sshd")).isEqualTo("ok, its rules apply");
    assertThat(line(found, "authorized_keys")).contains("demo (1 key)");
    assertThat(found).doesNotContain("mosh-client");
  }

  @Test
  void aFirewallIsToldFromAnAbsentRendezvous() {
    String url = invite("--role", "both");
    drop("tcp dport 3478");
    Shell.Result result = enroll(url, "den");
    assertThat(result.exit()).isEqualTo(12);
    assertThat(result.err()).startsWith("agent: the rendezvous ").hasLineCount(1);
    assertThat(line(result.out(), "TCP to 192.0.2.10:3478")).isEqualTo("no answer");
    assertThat(line(result.out(), "UDP to 192.0.2.10:3478")).isEqualTo("ok");
    assertThat(line(result.out(), "UDP to 192.0.2.10:3479")).isEqualTo("ok");
    assertThat(result.out()).contains("The rendezvous runs, and TCP does not get to it");
  }
}
