package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;

/** Where the datagrams really go, by what the kernel counted. */
@Tag("lab")
class CaptureTest {
  /** What the idle links and their STUN may cost in the window, in bytes of IP packets. */
  private static final long IDLE_BYTES = 4000;

  @Test
  void onceDirectNoSessionDatagramPassesTheRendezvous() throws IOException {
    try (Lab lab = Lab.populated("cgnat", "cgnat");
        Session session = Session.open(lab).awaitPrompt()) {
      session.awaitPath("direct", Duration.ofSeconds(10));
      String laptop = lab.publicAddress("laptop");
      Host boxNat = lab.nats("box").get(0);
      boxNat.root(
          "nft",
          "add table inet seen; add counter inet seen direct; "
              + "add chain inet seen passing { type filter hook prerouting priority raw; }; "
              + "add rule inet seen passing ip saddr LAPTOP meta l4proto udp counter name direct; "
                  .replace("LAPTOP", laptop)
              + "add rule inet seen passing ip daddr LAPTOP meta l4proto udp counter name direct"
                  .replace("LAPTOP", laptop));
      lab.rendezvous()
          .root(
              "nft",
              "add table inet seen; "
                  + "add chain inet seen heard { type filter hook input priority filter; }; "
                  + "add rule inet seen heard iifname eth0 counter");
      Host.Running capture =
          lab.rendezvous().startAsRoot("tcpdump", "-n", "-l", "-i", "eth0", "udp");
      await().until(() -> capture.output().contains("listening on"));

      // At the switch datagrams go both ways at once, for about a second.
      AtomicLong before = new AtomicLong(-1);
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofSeconds(2))
          .until(
              () -> {
                long now = counted(lab.rendezvous());
                return now == before.getAndSet(now);
              });

      // Both directions carry more than a thousand bytes of it, none of which compresses away.
      session.terminal().type("for i in $(seq 40); do head -c 60 /dev/urandom | base64; done\n");
      for (int i = 0; i < 10; i++) {
        session.expectEcho();
      }
      assertThat(counted(boxNat)).isGreaterThan(2 * IDLE_BYTES);
      assertThat(counted(lab.rendezvous()) - before.get()).isLessThan(IDLE_BYTES);
      capture.terminate();
      // All UDP that the rendezvous saw was to or from its STUN ports.
      assertThat(capture.output().lines().filter(line -> line.contains(" IP ")))
          .allMatch(line -> line.contains("192.0.2.1") && line.matches(".*\\.347[89][ :].*"));
      assertThat(session.exit()).isZero();
    }
  }

  @Test
  void anchoredMoshServerListensOnLoopbackOnTheNegotiatedPort() throws IOException {
    try (Lab lab = Lab.populated("cgnat", "cgnat");
        Session session = Session.open(lab).awaitPrompt()) {
      session.awaitPath("direct", Duration.ofSeconds(10));
      JsonNode status = boxSession(lab);
      String port = status.path("port").asText();
      String sockets = lab.box().root("ss", "-H", "-l", "-u", "-n", "-p");
      assertThat(status.path("path").asText()).isEqualTo("direct");
      assertThat(sockets.lines())
          .anyMatch(
              line ->
                  line.contains(" 127.0.0.1:" + port + " ")
                      && line.contains("\"mosh-server\",pid=" + status.path("pid").asText()));
      assertThat(sockets.lines())
          .anyMatch(line -> line.contains(":" + port + " ") && line.contains("\"java\""));
      assertThat(session.exit()).isZero();
    }
  }

  @Test
  void handoverLeavesThePunchedPortToMoshServerAlone() throws IOException {
    try (Lab lab = Lab.populated("cgnat", "cgnat");
        Session session = Session.open(lab, "--handover").awaitPrompt()) {
      session.expectEcho();
      JsonNode status = boxSession(lab);
      String port = status.path("port").asText();
      String sockets = lab.box().root("ss", "-H", "-l", "-u", "-n", "-p");
      assertThat(sockets.lines().filter(line -> line.contains(":" + port + " ")))
          .hasSize(1)
          .allMatch(line -> line.contains(" 0.0.0.0:" + port) && line.contains("\"mosh-server\""));
      assertThat(session.exit()).isZero();
    }
  }

  /** The rewritten ports are seen, by the rendezvous as by the routers that rewrote them. */
  @Test
  void theRendezvousShowsThePortsThatTheNatsMadeOfOurs() throws IOException {
    try (Lab lab = Lab.populated("cgnat", "cgnat");
        Session session = Session.open(lab).awaitPrompt()) {
      JsonNode direct = session.awaitPath("direct", Duration.ofSeconds(10));
      JsonNode status = boxSession(lab);
      String box = lab.publicAddress("box");
      JsonNode known = agent(lab, "box");
      assertThat(known.path("observed").asText())
          .isEqualTo(
              new ObjectMapper()
                  .readTree(lab.box().output("agent", "status", "--json"))
                  .path("observed")
                  .asText())
          .matches(Pattern.quote(box) + ":[23]\\d{4}");
      assertThat(known.path("sockets")).hasSize(1);
      JsonNode socket = known.path("sockets").get(0);
      assertThat(socket.path("session").asText()).isEqualTo(status.path("id").asText());
      assertThat(socket.path("observed").asText())
          .isEqualTo(direct.path("remote").asText())
          .startsWith(box + ":")
          .isNotEqualTo(box + ":" + status.path("port").asText());
      JsonNode laptop = agent(lab, "laptop").path("sockets").get(0);
      assertThat(laptop.path("observed").asText())
          .isEqualTo(status.path("remote").asText())
          .startsWith(lab.publicAddress("laptop") + ":");
      assertThat(session.exit()).isZero();
    }
  }

  @Test
  void aDirectPathThatDiesGivesWayToTheRelayAndComesBack() {
    try (Lab lab = Lab.populated("home", "cgnat");
        Session session = Session.open(lab).awaitPrompt()) {
      session.awaitPath("direct", Duration.ofSeconds(10));
      Host nat = lab.nats("box").get(0);
      nat.root(
          "nft",
          "add table inet cut; "
              + "add chain inet cut passing { type filter hook prerouting priority raw; }; "
              + "add rule inet cut passing meta l4proto udp ip saddr LAPTOP drop; "
                  .replace("LAPTOP", lab.publicAddress("laptop"))
              + "add rule inet cut passing meta l4proto udp ip daddr LAPTOP drop"
                  .replace("LAPTOP", lab.publicAddress("laptop")));
      session.expectEcho();
      JsonNode relay = session.awaitPath("relay", Duration.ofSeconds(20));
      assertThat(relay.path("reason").asText()).isNotEmpty();
      session.expectEcho();
      nat.root("nft", "delete table inet cut");
      session.awaitPath("direct", Duration.ofSeconds(60));
      session.expectEcho();
      assertThat(session.exit()).isZero();
    }
  }

  private static JsonNode agent(Lab lab, String name) throws IOException {
    String state = lab.rendezvous().home().resolve("state").toString();
    String all = lab.rendezvous().output("rendezvous-server", "agents", "--json", "--state", state);
    for (JsonNode one : new ObjectMapper().readTree(all)) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError(all);
  }

  private static JsonNode boxSession(Lab lab) throws IOException {
    JsonNode status = new ObjectMapper().readTree(lab.box().output("agent", "status", "--json"));
    assertThat(status.path("sessions")).hasSize(1);
    return status.path("sessions").get(0);
  }

  /** Bytes of IP packets. */
  private static long counted(Host host) {
    String rules = host.root("nft", "list", "table", "inet", "seen");
    return Long.parseLong(rules.replaceFirst("(?s).*? bytes (\\d+).*", "$1"));
  }
}
