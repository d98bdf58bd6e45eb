package org.moshpit.deploy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lab's NATs behave as their names say: without this, nothing the lab shows means anything. */
@Tag("lab")
class NatKindTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String PROBE = Shell.tool("probe");

  @ParameterizedTest
  @CsvSource({
    "none, none, none, preserving",
    "home, endpoint-independent, address-and-port-dependent, preserving",
    "home-open, endpoint-independent, address-and-port-dependent, preserving",
    "cgnat, endpoint-independent, address-and-port-dependent, rewritten",
    "home+cgnat, endpoint-independent, address-and-port-dependent, rewritten",
    "eif, endpoint-independent, endpoint-independent, preserving",
    "adf, endpoint-independent, address-dependent, preserving",
    "sequential, address-and-port-dependent, address-and-port-dependent, sequential",
    "block, address-and-port-dependent, address-and-port-dependent, random",
    "random, address-and-port-dependent, address-and-port-dependent, random",
  })
  void behavesAsItsNameSays(String kind, String mapping, String filtering, String allocation) {
    try (Lab lab = Lab.up(kind, kind)) {
      serve(lab);
      for (Host host : new Host[] {lab.laptop(), lab.box()}) {
        JsonNode seen = classify(host);
        assertThat(seen.path("mapping").asText()).isEqualTo(mapping);
        assertThat(seen.path("filtering").asText()).isEqualTo(filtering);
        assertThat(seen.path("allocation").asText()).isEqualTo(allocation);
        assertThat(seen.path("address").asText()).isEqualTo(lab.publicAddress(host.name()));
      }
    }
  }

  @Test
  void blockedUdpLetsTcpThrough() {
    try (Lab lab = Lab.up("udp-blocked", "none")) {
      serve(lab);
      assertThat(classify(lab.laptop()).path("blocked").asBoolean()).isTrue();
      Host.Running listener =
          lab.rendezvous().start("python3", "-m", "http.server", "8080", "--bind", "192.0.2.10");
      await().atMost(LONG).until(() -> lab.rendezvous().output("ss", "-ltn").contains(":8080"));
      lab.laptop().output("bash", "-c", ": < /dev/tcp/192.0.2.10/8080");
      assertThat(listener.alive()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"3, false", "5, false", "8, true"})
  void aLowTimeToLiveOpensTheOwnNatAndDiesBeforeThePeers(int ttl, boolean arrives) {
    try (Lab lab = Lab.up("home", "home")) {
      String box = lab.publicAddress("box");
      String laptop = lab.publicAddress("laptop");
      Host peer = lab.nats("box").get(0);
      count(peer, "prerouting", "iifname wan udp dport 4001");
      lab.laptop().output(PROBE, "send", "4000", box + ":4001", Integer.toString(ttl));
      // Only what the laptop's NAT expects gets in: this one does, because of the packet above.
      assertThat(reaches(lab.box(), 4001, lab.laptop(), 4000, laptop + ":4000", 10)).isTrue();
      assertThat(counted(peer)).isEqualTo(arrives ? 1 : 0);
    }
  }

  @Test
  void timeToLiveThreeOpensTwoNatsInSeries() {
    try (Lab lab = Lab.up("home+cgnat", "none")) {
      Host outer = lab.nats("laptop").get(1);
      count(outer, "postrouting", "oifname wan udp dport 4001");
      lab.laptop().output(PROBE, "send", "4000", lab.publicAddress("box") + ":4001", "3");
      assertThat(counted(outer)).isEqualTo(1);
    }
  }

  @Test
  void aStrangersEarlyPacketPoisonsAnOpenRouter() {
    try (Lab lab = Lab.up("home-open", "home")) {
      String box = lab.publicAddress("box");
      String laptop = lab.publicAddress("laptop");
      lab.box().output(PROBE, "send", "4001", laptop + ":4000");
      lab.laptop().output(PROBE, "send", "4000", box + ":4001");
      // The laptop's NAT has renumbered its packet, so the box's next one still misses it.
      assertThat(reaches(lab.box(), 4001, lab.laptop(), 4000, laptop + ":4000", 2)).isFalse();
    }
  }

  @Test
  @Tag("alone")
  void everySitePairIsTheAskedForRoundTripApart() {
    try (Lab lab = Lab.up("home", "none", "--rtt", "40")) {
      for (String to : new String[] {lab.publicAddress("box"), Lab.RENDEZVOUS}) {
        String said = lab.laptop().root("ping", "-q", "-c", "10", "-i", "0.05", to);
        // what a busy machine adds to some is not the way there
        double least = Double.parseDouble(said.replaceFirst("(?s).*= ([\\d.]+)/.*", "$1"));
        assertThat(least).as(said).isBetween(40.0, 42.0);
      }
    }
  }

  @Test
  void twoLabsDoNotMeet() {
    try (Lab one = Lab.up("none", "none");
        Lab other = Lab.up("none", "none")) {
      assertThat(one.state()).isNotEqualTo(other.state());
      serve(one);
      assertThat(classify(other.laptop()).path("blocked").asBoolean()).isTrue();
      assertThat(classify(one.laptop()).path("mapping").asText()).isEqualTo("none");
    }
  }

  private static void count(Host router, String hook, String what) {
    router.root(
        "nft",
        "add table inet seen; add chain inet seen passing { type filter hook "
            + hook
            + " priority raw; }; add rule inet seen passing "
            + what
            + " counter");
  }

  private static int counted(Host router) {
    String rules = router.root("nft", "list", "table", "inet", "seen");
    return Integer.parseInt(rules.replaceFirst("(?s).*packets (\\d+) .*", "$1"));
  }

  private static boolean reaches(
      Host from, int fromPort, Host to, int toPort, String address, int seconds) {
    Host.Running receiver =
        to.start(PROBE, "receive", Integer.toString(toPort), Integer.toString(seconds));
    await().atMost(LONG).until(() -> receiver.output().contains("ready"));
    from.output(PROBE, "send", Integer.toString(fromPort), address);
    await().atMost(LONG).until(() -> !receiver.alive());
    return receiver.process().exitValue() == 0;
  }

  private static void serve(Lab lab) {
    Host.Running server =
        lab.rendezvous().start(PROBE, "serve", Lab.RENDEZVOUS, Lab.RENDEZVOUS_SECOND, "7000");
    await().atMost(LONG).until(() -> server.output().contains("ready"));
  }

  private static JsonNode classify(Host host) {
    String said = host.output(PROBE, "nat", Lab.RENDEZVOUS, Lab.RENDEZVOUS_SECOND, "7000");
    try {
      return new ObjectMapper().readTree(said);
    } catch (IOException e) {
      throw new AssertionError(said, e);
    }
  }
}
