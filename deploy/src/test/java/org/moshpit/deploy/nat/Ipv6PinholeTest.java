package org.moshpit.deploy.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Session;

/**
 * IPv6 behind a firewall that lets the box begin no flow towards the laptop, so that no punch opens
 * it, and IPv4 behind NATs that no punch crosses: what is left is a pinhole, for which PCP asks
 * Debian's miniupnpd. The laptop stands behind a firewall, too.
 */
@Tag("lab")
class Ipv6PinholeTest {
  private static final int LONG = 86_400;

  private static Lab lab() {
    Lab lab = Lab.up("random", "random", "--ipv6", "--routable");
    lab.nats("box")
        .get(0)
        .root(
            "nft",
            "insert rule inet fw forward oifname wan ip6 daddr 2001:db8:1::/48 meta l4proto udp"
                + " ct state new drop");
    return lab;
  }

  private static HomeRouter router(Lab lab) {
    Host nat = lab.nats("box").get(0);
    return HomeRouter.start(nat, lab.box().home().getParent(), "PCP", LONG);
  }

  @Test
  void aSessionRunsThroughAPinholeThatIsClosedAfterIt() {
    try (Lab lab = lab()) {
      HomeRouter router = router(lab);
      // over IPv4 it would be direct, too
      lab.nats("box").get(0).root("nft", "add rule inet miniupnpd silence ip protocol udp drop");
      lab.populate();
      await().atMost(Duration.ofSeconds(10)).until(() -> !router.pinholes().isEmpty());
      int port;
      try (Session session = Session.open(lab)) {
        session.awaitPrompt().expectEcho();
        String remote = session.awaitPath("direct", Duration.ofSeconds(15)).path("remote").asText();
        assertThat(remote).startsWith("[2001:db8:2:1:");
        port = Integer.parseInt(remote.substring(remote.lastIndexOf(':') + 1));
        assertThat(router.pinholes()).contains(port);
        session.expectEcho();
        assertThat(session.exit()).isZero();
      }
      // while the next warm socket has one of its own
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> router.pinholes().size() == 1 && !router.pinholes().contains(port));
    }
  }

  @Test
  void withoutOneTheSessionStaysOnTheRelay() {
    try (Lab lab = lab()) {
      HomeRouter router = router(lab);
      lab.box()
          .output(
              "sh",
              "-c",
              "mkdir -p ~/.config/moshpit; echo port-mapping = off > ~/.config/moshpit/agent.conf");
      lab.populate();
      try (Session session = Session.open(lab)) {
        session.awaitPrompt().expectEcho();
        // the checks have come to their end
        await().atMost(Duration.ofSeconds(30)).until(() -> session.events("path").size() > 1);
        assertThat(session.paths()).containsOnly("relay");
        assertThat(router.pinholes()).isEmpty();
        assertThat(session.exit()).isZero();
      }
    }
  }
}
