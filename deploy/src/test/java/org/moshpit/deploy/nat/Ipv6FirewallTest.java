package org.moshpit.deploy.nat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Session;

/** IPv6 on both sides, each behind a stateful firewall: it is chosen before IPv4's NATs. */
@Tag("lab")
class Ipv6FirewallTest {
  @ParameterizedTest
  @CsvSource({"home, cgnat", "random, random"})
  void theFirstDirectPathIsOverIpv6(String client, String server) {
    try (Lab lab = Lab.populated(client, server, "--ipv6");
        Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      JsonNode direct = session.awaitPath("direct", Duration.ofSeconds(10));
      assertThat(direct.path("remote").asText()).startsWith("[2001:db8:");
      assertThat(session.paths()).doesNotContain("none").filteredOn("direct"::equals).hasSize(1);
      session.expectEcho();
      assertThat(session.exit()).isZero();
    }
  }
}
