package org.moshpit.deploy.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;

/** {@code agent netcheck} against each of the kernel's NATs, and against coturn's classifier. */
@Tag("lab")
class NetcheckTest {
  private static final String EI = "endpoint-independent";
  private static final String APD = "address-and-port-dependent";

  @ParameterizedTest
  @CsvSource({
    "none, none, none, preserving",
    "home, endpoint-independent, address-and-port-dependent, preserving",
    "cgnat, endpoint-independent, address-and-port-dependent, random",
    "home+cgnat, endpoint-independent, address-and-port-dependent, random",
    "eif, endpoint-independent, endpoint-independent, preserving",
    "adf, endpoint-independent, address-dependent, preserving",
    "sequential, address-and-port-dependent, address-and-port-dependent, sequential",
    "block, address-and-port-dependent, address-and-port-dependent, block",
    "random, address-and-port-dependent, address-and-port-dependent, random",
  })
  void namesTheNatAndAgreesWithCoturn(
      String kind, String mapping, String filtering, String allocation) throws IOException {
    try (Lab lab = Lab.populated(kind, "none")) {
      JsonNode found = netcheck(lab.laptop());
      String all = found.toString();

      assertThat(found.path("rendezvous").asText()).isEqualTo(Lab.RENDEZVOUS + ":3478");
      assertThat(found.path("udp").asBoolean()).isTrue();
      assertThat(found.path("observed").asText()).startsWith(lab.publicAddress("laptop") + ":");
      assertThat(found.path("addresses")).as(all).hasSize(1);
      assertThat(found.path("addresses").get(0).asText()).isEqualTo(lab.publicAddress("laptop"));
      assertThat(found.path("mapping").asText()).as(all).isEqualTo(mapping);
      assertThat(found.path("filtering").asText()).as(all).isEqualTo(filtering);
      // of some ten thousand ports a carrier's NAT may pick those of one block by chance: 0.13 %
      boolean byChance =
          kind.endsWith("cgnat") && found.path("allocation").asText().equals("block");
      assertThat(found.path("allocation").asText())
          .as(all)
          .isEqualTo(byChance ? "block" : allocation);
      assertThat(found.path("varies")).as(all).isEmpty();
      if (allocation.equals("sequential")) {
        assertThat(found.path("step").asInt()).as(all).isEqualTo(1);
      } else {
        assertThat(found.path("step").isNull()).as(all).isTrue();
      }
      if (allocation.equals("block")) {
        assertThat(found.path("block").toString()).isEqualTo("{\"low\":20480,\"high\":20991}");
      } else {
        assertThat(found.path("block").isNull()).as(all).isEqualTo(!byChance);
      }
      if (mapping.equals(EI)) {
        assertThat(found.path("hairpin").isBoolean()).as(all).isTrue();
        assertThat(found.path("hairpin").asBoolean()).as(all).isFalse();
      } else {
        assertThat(found.path("hairpin").isNull()).as(all).isTrue();
      }
      assertThat(found.path("lifetimeSeconds").isNull()).isTrue();
      assertThat(found.path("ipv6").isNull()).isTrue();
      agreesWithCoturn(lab, mapping, filtering);
    }
  }

  /**
   * It sees that there is no NAT only where it is told the local address; of filters it says so.
   */
  private static void agreesWithCoturn(Lab lab, String mapping, String filtering) {
    String said =
        lab.laptop()
            .output(
                "turnutils_natdiscovery",
                "-m",
                "-f",
                "-L",
                lab.insideAddress("laptop"),
                Lab.RENDEZVOUS);
    List<String> words = List.of(said.split("\n"));
    assertThat(words)
        .as(said)
        .contains(
            switch (mapping) {
              case APD -> "NAT with Address and Port Dependent Mapping!";
              case EI -> "NAT with Endpoint Independent Mapping!";
              default -> "No NAT! (Endpoint Independent Mapping)";
            })
        .contains(
            switch (filtering) {
              case APD -> "NAT with Address and Port Dependent Filtering!";
              case "address-dependent" -> "NAT with Address Dependent Filtering!";
              default -> "NAT with Endpoint Independent Filtering!";
            });
  }

  @Test
  void blockedUdpIsSaidAndNoError() throws IOException {
    try (Lab lab = Lab.populated("udp-blocked", "none")) {
      JsonNode found = netcheck(lab.laptop());

      assertThat(found.path("udp").asBoolean(true)).isFalse();
      assertThat(found.path("observed").isNull()).isTrue();
      assertThat(found.path("mapping").asText()).isEqualTo("unknown");
      assertThat(found.path("expect").path("open").asText()).isEqualTo("relay");
      assertThat(lab.laptop().output("agent", "netcheck"))
          .containsPattern("(?m)^UDP +no answer$")
          .contains("every session stays on the relay");
    }
  }

  @Test
  void aBoxMayLookToo() throws IOException {
    try (Lab lab = Lab.populated("none", "cgnat", "--ipv6")) {
      JsonNode found = netcheck(lab.box());

      assertThat(found.path("mapping").asText()).isEqualTo(EI);
      assertThat(found.path("ipv6").path("observed").asText()).startsWith("[2001:db8:2:1:");
      assertThat(found.path("ipv6").path("filtering").asText()).isEqualTo(APD);
      assertThat(netcheck(lab.laptop()).path("ipv6").path("observed").asText())
          .startsWith("[2001:db8:1:");
      // its daemon stays the one that is registered
      JsonNode status = json(lab.box().output("agent", "status", "--json"));
      assertThat(status.path("registered").asBoolean()).isTrue();
    }
  }

  /** One warm socket sees two ports of a block; its daemon asks further, once. */
  @Test
  void aDaemonKnowsItsFilteringAndABlock() throws IOException {
    try (Lab lab = Lab.populated("none", "block")) {
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> {
                JsonNode status = json(lab.box().output("agent", "status", "--json"));
                assertThat(status.path("mapping").asText()).isEqualTo(APD);
                assertThat(status.path("filtering").asText()).isEqualTo(APD);
                assertThat(status.path("allocation").asText()).isEqualTo("block");
              });
    }
  }

  @Test
  void theLifetimeIsTheLongestSilenceThatAMappingOutlives() throws IOException {
    try (Lab lab = Lab.populated("home", "none", "--udp-timeout", "20")) {
      JsonNode found = json(lab.laptop().output("agent", "netcheck", "--lifetime", "--json"));

      assertThat(found.path("lifetimeSeconds").toString()).as(found.toString()).isEqualTo("10");
    }
  }

  @Test
  void withoutARendezvousItIsExitTwelve() {
    try (Lab lab = Lab.populated("home", "none")) {
      lab.rendezvousServer().destroy();
      lab.rendezvousServer().onExit().join();

      Shell.Result result = lab.laptop().run("agent", "netcheck");

      assertThat(result.exit()).isEqualTo(12);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .startsWith("agent: the rendezvous 192.0.2.10:3478 cannot be reached");
    }
  }

  private static JsonNode netcheck(Host host) throws IOException {
    return json(host.output("agent", "netcheck", "--json"));
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }
}
