package org.moshpit.deploy.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.session.Session;

/**
 * Laptop and box behind home routers of their own, and both of these behind one carrier's NAT,
 * which turns nothing back: they meet within the carrier's network if one of the routers maps a
 * port.
 */
@Tag("lab")
class SameCarrierTest {
  private static final String LAN = "192.168.1.1";

  private static Lab lab() {
    return Lab.up("home+cgnat", "home@laptop");
  }

  /** The address of a host's router within the carrier's network. */
  private static String withinCarrier(Host router) {
    return router
        .root("ip", "-4", "-o", "addr", "show", "wan")
        .replaceFirst("(?s).*inet ([0-9.]+)/.*", "$1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "box"})
  void aPortMappedAtEitherHomeRouterMakesItDirect(String who) {
    try (Lab lab = lab()) {
      Host router = lab.nats(who).get(0);
      Host.Running daemon = router.startAsRoot(Shell.tool("natpmp"), LAN, withinCarrier(router));
      await().until(() -> daemon.output().contains("ready"));
      lab.populate();
      try (Session session = Session.open(lab)) {
        session.awaitPrompt().expectEcho();
        JsonNode direct = session.awaitPath("direct", Duration.ofSeconds(30));
        assertThat(direct.path("remote").asText())
            .startsWith(withinCarrier(lab.nats("box").get(0)) + ":")
            .startsWith("100.64.");
        session.expectEcho();
        assertThat(session.exit()).isZero();
      }
    }
  }

  @Test
  void withoutOneItStaysOnTheRelay() {
    try (Lab lab = lab()) {
      lab.populate();
      try (Session session = Session.open(lab)) {
        session.awaitPrompt().expectEcho();
        // the checks have come to their end
        await().atMost(Duration.ofSeconds(30)).until(() -> session.events("path").size() > 1);
        assertThat(session.paths()).containsOnly("relay");
        assertThat(session.exit()).isZero();
      }
    }
  }
}
