package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Session;

/**
 * A box whose agent or mosh-server ends, and a link that dies. One lab for all, and each test
 * leaves a box that is online to the next.
 */
@Tag("lab")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestartTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private static Lab lab;
  private static ProcessHandle agent;
  private static CompletableFuture<Duration> cutFor;

  @BeforeAll
  static void makeLab() {
    lab = Lab.populated("home", "cgnat", "--host", "box2=none");
    agent = lab.agent("box");
    // its minute passes beside the other tests
    cutFor = CompletableFuture.supplyAsync(RestartTest::cutLink);
  }

  @AfterAll
  static void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Order(1)
  void aKilledMoshServerIsSaidAtTheLaptopAtOnce() throws IOException {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      long server = onlySession().path("pid").asLong();
      ProcessHandle.of(server).orElseThrow().destroyForcibly();
      // the box looks every two seconds, and need not wait for a path to fall silent
      int exit = session.terminal().awaitExit(Duration.ofSeconds(15));
      String screen = session.terminal().screen();
      assertThat(screen)
          .containsOnlyOnce("agent: the session on box is over: mosh-server has ended")
          .doesNotContain("Exception");
      assertThat(exit).isNotZero();
      await().atMost(LONG).untilAsserted(() -> assertThat(status().path("sessions")).isEmpty());
    }
  }

  @Test
  @Order(2)
  void aMoshServerThatEndsByItselfNeedsNoWord() throws IOException {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      long server = onlySession().path("pid").asLong();
      ProcessHandle.of(server).orElseThrow().destroy();
      assertThat(session.terminal().awaitExit(Duration.ofSeconds(15))).isZero();
      assertThat(session.terminal().screen()).doesNotContain("is over:", "Exception");
      await().atMost(LONG).untilAsserted(() -> assertThat(status().path("sessions")).isEmpty());
    }
  }

  @Test
  @Order(3)
  void anAgentKilledMidSessionTakesItUpAgain() throws IOException {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      session.awaitPath("direct", LONG);
      JsonNode before = onlySession();
      for (boolean forcibly : new boolean[] {true, false}) {
        end(forcibly);
        assertThat(ProcessHandle.of(before.path("pid").asLong())).isPresent();
        start();
        session.terminal().type("echo back-$((40+2))-" + forcibly + "\n");
        session.terminal().awaitText("back-42-" + forcibly, LONG);
        session.awaitPath("direct", LONG);
        session.expectEcho();
        // the laptop's path may never have noticed; the box has to find it anew
        await().atMost(LONG).until(() -> onlySession().path("path").asText().equals("direct"));
        JsonNode after = onlySession();
        for (String member : new String[] {"id", "user", "peer", "pid", "port", "since"}) {
          assertThat(after.path(member)).as(member).isEqualTo(before.path(member));
        }
      }
      assertThat(session.exit()).isZero();
    }
    await().atMost(LONG).untilAsserted(() -> assertThat(status().path("sessions")).isEmpty());
    awaitNoRecords();
  }

  /** The mosh-server that ends while no agent looks: the next agent knows that it has. */
  @Test
  @Order(4)
  void aMoshServerThatEndsWhileTheAgentIsAwayIsSaid() throws IOException {
    try (Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      long server = onlySession().path("pid").asLong();
      end(true);
      ProcessHandle.of(server).orElseThrow().destroyForcibly();
      start();
      session.terminal().awaitExit(LONG);
      assertThat(session.terminal().screen())
          .contains("agent: the session on box is over: its mosh-server is gone");
    }
    awaitNoRecords();
  }

  @Test
  @Order(5)
  void aDeadLinkIsNoticedWithinAMinute() throws IOException {
    assertThat(cutFor.join()).isLessThan(Duration.ofMinutes(1));
    Path log = lab.host("box2").home().resolve("agent.log");
    assertThat(Files.readString(log))
        .contains("no link to the rendezvous")
        .doesNotContain("another agent");
    mend();
    try (Session session = Session.open(lab, lab.laptop(), "box2")) {
      session.awaitPrompt().expectEcho();
      assertThat(session.exit()).isZero();
    }
  }

  /**
   * A shell without job control has what it starts with {@code &} ignore Ctrl-C and Ctrl-\\, and
   * ignoring is inherited; a login has neither from its terminal.
   */
  @Test
  @Order(6)
  void anAgentStartedInTheBackgroundOfAScriptGivesSessionsTheirSignals() throws IOException {
    end(false);
    lab.box().start("sh", "-c", "agent run & echo $! > background.pid; wait");
    Path pid = lab.box().home().resolve("background.pid");
    await().atMost(LONG).until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
    agent = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    awaitRegistered();
    // or the test would mean nothing: SIGINT is 2, and SIGQUIT the JVM takes for itself
    assertThat(ignored(agent.pid()) & 0b110).isEqualTo(0b10);
    try (Session session = Session.open(lab)) {
      session.awaitPrompt();
      // hangup, interrupt, quit, broken pipe
      session
          .terminal()
          .type("echo it ignores $((0x$(sed -n 's/^SigIgn:.//p' /proc/self/status) & 0x1007)).\n");
      session.terminal().awaitText("it ignores 0.");
      session.terminal().type("sleep 1000\n");
      await().atMost(LONG).until(() -> sleeping());
      session.terminal().press("C-c");
      await().atMost(LONG).until(() -> !sleeping());
      session.expectEcho();
      assertThat(session.exit()).isZero();
    }
  }

  /**
   * A box that comes back while the rendezvous still holds its first link for alive: the newer
   * login wins at once, and what the two ends of the old one still had to say changes nothing.
   */
  @Test
  @Order(7)
  void aNewerLoginTakesOverFromALinkThatHangs() throws IOException {
    Host box = lab.host("box2");
    cutFor.join();
    mend();
    String since = agentAtRendezvous("box2").path("since").asText();
    String old = cut(box);
    ProcessHandle first = lab.agent("box2");
    first.destroyForcibly();
    await().atMost(LONG).until(() -> !first.isAlive());
    Host.Running newer = box.start("agent", "run");
    await().atMost(LONG).until(() -> registrations(newer) > 0);
    assertThat(connections(lab.rendezvous(), "dport", old)).as("the old link").isNotEmpty();
    mend();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                connections(lab.rendezvous(), "dport", old).isEmpty()
                    && connections(box, "sport", old).isEmpty());
    JsonNode seen = agentAtRendezvous("box2");
    assertThat(seen.path("online").asBoolean()).isTrue();
    // it was never away, so the one login did follow on the other
    assertThat(seen.path("since").asText()).isEqualTo(since);
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(agentAtRendezvous("box2").path("observed").asText())
                    .isEqualTo(status(box).path("observed").asText())
                    .contains(":"));
    assertThat(registrations(newer)).isOne();
    assertThat(newer.output()).doesNotContain("no link to the rendezvous");
  }

  private static long registrations(Host.Running agent) {
    return agent.output().lines().filter(l -> l.contains("registered at the rendezvous")).count();
  }

  private static String connections(Host host, String side, String port) {
    return host.root("ss", "-H", "-t", "-n", "-a", side + " = :" + port);
  }

  private static JsonNode agentAtRendezvous(String name) throws IOException {
    String state = lab.rendezvous().home().resolve("state").toString();
    String said =
        lab.rendezvous().output("rendezvous-server", "agents", "--state", state, "--json");
    for (JsonNode agent : new ObjectMapper().readTree(said)) {
      if (agent.path("name").asText().equals(name)) {
        return agent;
      }
    }
    throw new AssertionError("no " + name + " in " + said);
  }

  /**
   * Cuts the link of box2.
   *
   * @return until the box was logged in anew
   */
  private static Duration cutLink() {
    Host box = lab.host("box2");
    Path log = box.home().resolve("agent.log");
    cut(box);
    long begin = System.nanoTime();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> Files.readString(log).split("registered at the rendezvous", -1).length > 2);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /**
   * Drops what passes on the connection of a box's link, so that neither end hears of it.
   *
   * @return its port at the box
   */
  private static String cut(Host box) {
    String connection = box.root("ss", "-H", "-t", "-n", "state", "established");
    String port = connection.strip().replaceFirst("(?s)\\S+\\s+\\S+\\s+\\S+:(\\d+)\\s.*", "$1");
    box.root(
        "nft",
        "add table inet cut; "
            + "add chain inet cut out { type filter hook output priority 0; }; "
            + "add chain inet cut in { type filter hook input priority 0; }; "
            + "add rule inet cut out tcp sport PORT drop; ".replace("PORT", port)
            + "add rule inet cut in tcp dport PORT drop".replace("PORT", port));
    return port;
  }

  /** Lets pass again what {@link #cut} dropped. */
  private static void mend() {
    lab.host("box2").root("nft", "add table inet cut; delete table inet cut");
  }

  private static long ignored(long pid) throws IOException {
    String status = Files.readString(Path.of("/proc/" + pid + "/status"));
    return Long.parseUnsignedLong(status.replaceFirst("(?s).*SigIgn:\\s*(\\w+).*", "$1"), 16);
  }

  /** Whether the session's shell runs what was typed. */
  private static boolean sleeping() {
    return lab.box().run("pgrep", "-u", "demo", "-f", "^sleep 1000$").exit() == 0;
  }

  private static void awaitRegistered() {
    await().atMost(LONG).ignoreExceptions().until(() -> status().path("registered").asBoolean());
  }

  private static void end(boolean forcibly) {
    if (forcibly) {
      agent.destroyForcibly();
    } else {
      agent.destroy();
    }
    await().atMost(LONG).until(() -> !agent.isAlive());
  }

  private static void start() {
    Host.Running running = lab.box().start("agent", "run");
    agent = running.process().toHandle();
  }

  private static JsonNode status() throws IOException {
    return status(lab.box());
  }

  private static JsonNode status(Host box) throws IOException {
    return new ObjectMapper().readTree(box.output("agent", "status", "--json"));
  }

  /** A record goes after its session. */
  private static void awaitNoRecords() {
    Path records = lab.box().home().resolve(".local/state/moshpit/sessions");
    await().atMost(LONG).untilAsserted(() -> assertThat(records).isEmptyDirectory());
  }

  private static JsonNode onlySession() throws IOException {
    JsonNode sessions = status().path("sessions");
    assertThat(sessions).hasSize(1);
    return sessions.get(0);
  }
}
