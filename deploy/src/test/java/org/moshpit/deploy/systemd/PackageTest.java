package org.moshpit.deploy.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Terminal;

/**
 * The life of both packages on one machine that has no Java: installed, used, upgraded below a
 * session, removed, purged; and then the machine is as it was.
 */
@Tag("lab")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public class PackageTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String AGENT = "moshpit-agent.service";
  private static final String RENDEZVOUS = "moshpit-rendezvous.service";

  private static Lab lab;
  private static Container vps;
  private static Packages packages;
  private static Terminal terminal;
  private static Set<String> filesBefore;
  private static String usersBefore;
  private static int nonce;

  @BeforeAll
  static void boot() {
    packages = Packages.made();
    lab = Lab.up("home", "none", "--host", "vps=none");
    vps = Container.bare(lab, "vps", packages.directory());
    vps.root("useradd", "--create-home", "--shell", "/bin/bash", "--password", "*", "ann");
    vps.root("install", "-d", "-m", "700", "-o", "ann", "-g", "ann", "/home/ann/.ssh");
    lab.laptop().output("sh", "-c", "umask 077; mkdir -p .ssh");
    lab.laptop().output("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ".ssh/id_ed25519");
    vps.write("/home/ann/.ssh/authorized_keys", lab.laptop().output("cat", ".ssh/id_ed25519.pub"));
    vps.root("chown", "ann:ann", "/home/ann/.ssh/authorized_keys");
    vps.root("chmod", "600", "/home/ann/.ssh/authorized_keys");
    assertThat(vps.run("sh", "-c", "command -v java").exit()).isNotZero();
    vps.root("useradd", "--create-home", "--shell", "/bin/bash", "--password", "*", "ben");
    vps.root("useradd", "--no-create-home", "--password", "*", "eve");
    filesBefore = files();
    usersBefore = vps.root("getent", "passwd") + vps.root("getent", "group");
  }

  @AfterAll
  static void end() {
    if (terminal != null) {
      terminal.close();
    }
    if (vps != null) {
      vps.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Order(1)
  void theRendezvousRunsAsSoonAsItIsInstalled() {
    vps.root("dpkg", "--install", packages.rendezvous());
    assertThat(property(RENDEZVOUS, "ActiveState")).as(journal(RENDEZVOUS)).isEqualTo("active");
    assertThat(property(RENDEZVOUS, "User")).isEqualTo("moshpit-rendezvous");
    assertThat(vps.root("systemctl", "is-enabled", RENDEZVOUS)).isEqualTo("enabled");
    assertThat(vps.root("cat", "/var/lib/moshpit-rendezvous/join-url"))
        .startsWith("moshpit://" + lab.insideAddress("vps") + "/?pin=sha256:");
    assertThat(vps.root("rendezvous-server", "--version"))
        .isEqualTo("rendezvous-server " + packages.version());
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(property(RENDEZVOUS, "StatusText"))
                    .isEqualTo("reached as " + lab.insideAddress("vps") + "; 0 agents online"));
    shares("/usr/lib/moshpit-rendezvous", "rendezvous-server");
  }

  /** Root's commands, too, leave a state that the service's user can read. */
  @Test
  @Order(2)
  void rootMayInviteWhileItIsStopped() {
    vps.root("systemctl", "stop", RENDEZVOUS);
    vps.root("rm", "/var/lib/moshpit-rendezvous/lock");
    vps.root("rendezvous-server", "invite", "--name", "later");
    assertThat(vps.root("find", "/var/lib/moshpit-rendezvous", "!", "-user", "moshpit-rendezvous"))
        .isEmpty();
    vps.root("systemctl", "start", RENDEZVOUS);
  }

  @Test
  @Order(2)
  void whoeverIsNotRootIsToldWhoseItIs() {
    var asked = vps.run("runuser", "-u", "ann", "--", "rendezvous-server", "invite");
    assertThat(asked.exit()).isEqualTo(1);
    assertThat(asked.out()).isEmpty();
    assertThat(asked.err()).contains("/var/lib/moshpit-rendezvous").contains("sudo");
    assertThat(vps.run("ls", "/home/ann/.local").exit()).isNotZero();
  }

  @Test
  @Order(3)
  void theAgentIsInstalledButLetsNobodyInBeforeSomebodySaysSo() {
    vps.root("dpkg", "--install", packages.agent());
    assertThat(property(AGENT, "ActiveState")).isEqualTo("inactive");
    assertThat(vps.run("systemctl", "is-enabled", AGENT).out().strip()).isEqualTo("disabled");
    assertThat(vps.root("agent", "--version")).isEqualTo("agent " + packages.version());
    shares("/usr/lib/moshpit-agent", "agent");
    // this machine's dpkg leaves manual pages out
    assertThat(vps.root("dpkg", "--listfiles", "moshpit-agent"))
        .contains("/usr/share/man/man1/agent-connect.1.gz");
    assertThat(
            vps.root(
                "bash",
                "-c",
                ". /usr/share/bash-completion/completions/agent; COMP_WORDS=(agent conn);"
                    + " COMP_CWORD=1; _agent; echo ${COMPREPLY[@]}"))
        .isEqualTo("connect");
  }

  @Test
  @Order(4)
  void aSessionIsOpened() throws IOException {
    String url = vps.root("cat", "/var/lib/moshpit-rendezvous/join-url");
    String enrolled =
        vps.runWithInput(url + "\n", "agent", "enroll", "-", "--name", "vps").orFail();
    String hostKey = enrolled.replaceFirst("(?s).*(SHA256:[A-Za-z0-9+/]{43}).*", "$1");
    vps.root("systemctl", "enable", "--now", "--quiet", AGENT);
    String registered = "registered as vps at " + lab.insideAddress("vps");
    awaitStatus(registered + "; 0 sessions");

    lab.laptop().runWithInput(url + "\n", "agent", "enroll", "-").orFail();
    terminal = lab.laptop().terminal("agent", "connect", "--host-key", hostKey, "ann@vps");
    terminal.awaitText("ann@", Duration.ofSeconds(20));
    expectEcho();
    awaitStatus(registered + "; 1 session");
  }

  @Test
  @Order(5)
  void aReloadIsUnderstood() {
    for (String unit : List.of(AGENT, RENDEZVOUS)) {
      String daemon = property(unit, "MainPID");
      String file = unit.equals(AGENT) ? "agent.conf" : "rendezvous.conf";
      // another file of that name, as most editors leave behind
      vps.write("/etc/moshpit/" + file + "~", "log-level = debug\n");
      vps.root("mv", "/etc/moshpit/" + file + "~", "/etc/moshpit/" + file);
      vps.root("systemctl", "reload", unit);
      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(journal(unit)).contains("changed=log-level"));
      assertThat(property(unit, "MainPID")).isEqualTo(daemon);
    }
    expectEcho();
  }

  /** Without a message bus of the user's: that comes with a package which this machine has not. */
  @Test
  @Order(5)
  void aPersonRunsAnAgentOfTheirOwn() {
    String url = vps.root("cat", "/var/lib/moshpit-rendezvous/join-url");
    vps.root("systemctl", "start", "user@" + uid("ben"));
    vps.runWithInput(url + "\n", as("ben", "agent", "enroll", "-", "--name", "ben")).orFail();
    vps.root(as("ben", "systemctl", "--user", "enable", "--now", "--quiet", AGENT));
    assertThat(bensAgent()).isNotEqualTo("0");
  }

  @Test
  @Order(6)
  void anUpgradeLeavesItAlive() throws IOException {
    JsonNode before = sessions();
    String bens = bensAgent();
    assertThat(before).hasSize(1);
    String daemon = property(AGENT, "MainPID");
    String server = property(RENDEZVOUS, "MainPID");
    vps.write("/etc/moshpit/agent.conf", "session-timeout = 3d\n");

    vps.root("dpkg", "--install", "--force-confold", packages.newerRendezvous());
    vps.root("dpkg", "--install", "--force-confold", packages.newerAgent());

    assertThat(vps.root("dpkg-query", "--show", "--showformat=${Version}", "moshpit-agent"))
        .isEqualTo(Packages.NEWER);
    assertThat(property(AGENT, "MainPID")).isNotEqualTo(daemon).isNotEqualTo("0");
    assertThat(property(RENDEZVOUS, "MainPID")).isNotEqualTo(server).isNotEqualTo("0");
    assertThat(bensAgent()).isNotEqualTo(bens).isNotEqualTo("0");
    // it was ready when the restart returned, and that means that it has its session again
    JsonNode after = sessions();
    assertThat(after).hasSize(1);
    for (String member : List.of("id", "user", "pid", "port", "since")) {
      assertThat(after.path(0).path(member)).as(member).isEqualTo(before.path(0).path(member));
    }
    expectEcho();
    assertThat(vps.root("cat", "/etc/moshpit/agent.conf")).isEqualTo("session-timeout = 3d");
  }

  /**
   * The packages' scripts have people's own service managers restart their agents. Whoever listens
   * at such a socket instead must not find a process of theirs at root's terminal, since what is
   * typed into a terminal is read by the shell there.
   */
  @Test
  @Order(6)
  void nobodyGetsHoldOfRootsTerminal() {
    String runtime = "/run/user/" + uid("eve");
    vps.root("install", "-d", "-m", "700", "-o", "eve", runtime, runtime + "/systemd");
    String whoHasATerminal =
        """
        my $manager = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die;
        my $caller = $manager->accept or die;
        my ($mine, $atTerminal) = (0, 0);
        for my $process (grep { -o } glob "/proc/[0-9]*/stat") {
          open my $stat, "<", $process or next;
          my (undef, undef, undef, undef, $terminal) = split " ", <$stat> =~ s/.*[)] //r;
          $mine++;
          $atTerminal++ if $terminal;
        }
        print "$mine processes, $atTerminal at a terminal";
        """;
    vps.write("/tmp/manager.pl", whoHasATerminal);
    vps.root(
        "systemd-run",
        "--quiet",
        "--unit=manager",
        "--uid=eve",
        "--property=StandardOutput=file:/tmp/manager.out",
        "perl",
        "-MIO::Socket::UNIX",
        "/tmp/manager.pl",
        runtime + "/systemd/private");
    await().atMost(LONG).until(() -> vps.run("ls", runtime + "/systemd/private").exit() == 0);

    String upgrade = "tty && /var/lib/dpkg/info/moshpit-agent.postinst configure 0.0.1";
    assertThat(vps.root("script", "--quiet", "--return", "--command", upgrade, "/dev/null"))
        .contains("/dev/pts/");

    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(vps.root("cat", "/tmp/manager.out"))
                    .matches("[2-9] processes, 0 at a terminal"));
    expectEcho();
  }

  @Test
  @Order(7)
  void aDaemonThatHangsIsEndedAndItsSessionGoesOn() throws IOException {
    vps.root("mkdir", "/etc/systemd/system/" + AGENT + ".d");
    vps.write("/etc/systemd/system/" + AGENT + ".d/soon.conf", "[Service]\nWatchdogSec=6\n");
    vps.root("systemctl", "daemon-reload");
    vps.root("systemctl", "restart", AGENT);
    String daemon = property(AGENT, "MainPID");
    // it pings: longer than the watchdog's time nothing happens
    await().pollDelay(Duration.ofSeconds(9)).atMost(LONG).until(() -> true);
    assertThat(property(AGENT, "MainPID")).isEqualTo(daemon);

    vps.root("kill", "-s", "STOP", daemon);

    await()
        .atMost(LONG)
        .until(
            () ->
                property(AGENT, "ActiveState").equals("active")
                    && !property(AGENT, "MainPID").equals(daemon));
    assertThat(vps.root("journalctl", "--no-pager", "--unit", AGENT))
        .contains("Watchdog timeout")
        .contains("Full thread dump");
    assertThat(sessions()).hasSize(1);
    expectEcho();
    vps.root("rm", "-r", "/etc/systemd/system/" + AGENT + ".d");
    vps.root("systemctl", "daemon-reload");
  }

  @Test
  @Order(8)
  void removedTheyLeaveTheirStateAndTheSession() throws IOException {
    long pid = sessions().path(0).path("pid").asLong();
    vps.root("dpkg", "--remove", "moshpit-agent", "moshpit-rendezvous");
    assertThat(vps.root("cat", "/proc/" + pid + "/comm")).isEqualTo("mosh-server");
    assertThat(vps.root("ls", "/var/lib/moshpit/sessions")).isNotEmpty();
    assertThat(vps.root("ls", "/var/lib/moshpit-rendezvous")).contains("registry.mv");
    assertThat(vps.root("ls", "/etc/moshpit")).contains("agent.conf", "rendezvous.conf");
    assertThat(vps.run("pgrep", "-f", "org.moshpit").out()).isEmpty();
    for (String of : List.of("agent", "rendezvous")) {
      assertThat(vps.run("ls", "/usr/lib/moshpit-" + of).exit()).isNotZero();
    }
  }

  @Test
  @Order(9)
  void installedAgainTheAgentsThatAreEnabledTakeTheirSessionsUp() throws IOException {
    vps.root("dpkg", "--install", packages.newerRendezvous(), packages.newerAgent());
    assertThat(property(AGENT, "ActiveState")).as(journal(AGENT)).isEqualTo("active");
    assertThat(sessions()).hasSize(1);
    assertThat(bensAgent()).isNotEqualTo("0");
    expectEcho();
  }

  @Test
  @Order(10)
  void purgedTheyLeaveNothing() {
    vps.root("dpkg", "--purge", "moshpit-agent", "moshpit-rendezvous");
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(vps.run("pgrep", "-x", "mosh-server").out()).isEmpty());
    Set<String> left = files();
    left.removeAll(filesBefore);
    assertThat(left).isEmpty();
    assertThat(vps.root("getent", "passwd") + vps.root("getent", "group")).isEqualTo(usersBefore);
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        vps.run("systemctl", "list-units", "--all", "--no-legend", "moshpit*").out()
                            + vps.run("systemctl", "list-unit-files", "--no-legend", "moshpit*")
                                .out())
                    .isEmpty());
    assertThat(vps.run("ls", "/run/moshpit").exit()).isNotZero();
  }

  /**
   * A JVM that may not go on without an archive of its own classes, and one without the runtime's.
   */
  private static void shares(String home, String command) {
    assertThat(vps.root("env", "JDK_JAVA_OPTIONS=-Xshare:on", home + "/bin/" + command, "--help"))
        .contains("Usage");
    vps.root(home + "/runtime/bin/java", "-Xshare:on", "-version");
  }

  /** All paths but those that change while any machine runs or installs anything. */
  private static Set<String> files() {
    return vps.root("find", "/", "-xdev", "-not", "-path", "/var/log/*", "-not", "-path", "/tmp/*")
        .lines()
        .filter(path -> !path.matches("/var/lib/dpkg/(.*-old|lock.*|triggers/.*|updates.*)"))
        .filter(path -> !path.matches("/etc/(passwd|shadow|group|gshadow|subuid|subgid)-"))
        .filter(path -> !path.equals("/etc/.pwd.lock"))
        // what ann's own shell writes as it ends, and what is ben's own
        .filter(path -> !path.equals("/home/ann/.bash_history"))
        .filter(path -> !path.matches("/home/ben/[.](config|local)(/.*)?"))
        .filter(path -> !path.matches("/var/lib/systemd/(timers|linger|random-seed).*"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String uid(String user) {
    return vps.root("id", "-u", user);
  }

  private static String[] as(String user, String... command) {
    List<String> words = new ArrayList<>(List.of("runuser", "-u", user, "--", "env"));
    words.add("XDG_RUNTIME_DIR=/run/user/" + uid(user));
    words.add("HOME=/home/" + user);
    words.addAll(List.of(command));
    return words.toArray(String[]::new);
  }

  /** The process of ben's agent; 0 if it does not run. */
  private static String bensAgent() {
    return vps.root(
        as("ben", "systemctl", "--user", "show", "--property=MainPID", "--value", AGENT));
  }

  private static String property(String unit, String name) {
    return vps.root("systemctl", "show", "--property=" + name, "--value", unit);
  }

  private static String journal(String unit) {
    return vps.run("journalctl", "--no-pager", "--lines=60", "--unit", unit).out();
  }

  private static void awaitStatus(String text) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(property(AGENT, "StatusText")).as(journal(AGENT)).isEqualTo(text));
  }

  private static JsonNode sessions() throws IOException {
    return new ObjectMapper().readTree(vps.root("agent", "sessions", "--json"));
  }

  private static void expectEcho() {
    nonce++;
    terminal.type("echo over-$((40+2))-" + nonce + "\n");
    terminal.awaitText("over-42-" + nonce, LONG);
  }
}
