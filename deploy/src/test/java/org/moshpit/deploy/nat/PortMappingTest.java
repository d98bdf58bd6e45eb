package org.moshpit.deploy.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Session;

/**
 * Two NATs that no punch crosses, and a router of Debian's miniupnpd that maps a port if it is
 * asked.
 */
@Tag("lab")
class PortMappingTest {
  private static final int LONG = 86_400;
  private static final int SHORT = 12;

  private static Lab lab() {
    return Lab.up("random", "random", "--routable");
  }

  private static HomeRouter router(Lab lab, String host, String protocols, int longestLease) {
    return HomeRouter.start(
        lab.nats(host).get(0), lab.host(host).home().getParent(), protocols, longestLease);
  }

  private static int port(String remote) {
    return Integer.parseInt(remote.substring(remote.lastIndexOf(':') + 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PCP", "NAT-PMP", "UPnP"})
  void aSessionThatNoPunchMakesDirectRunsOverAMappedPort(String protocol) {
    try (Lab lab = lab()) {
      HomeRouter router = router(lab, "box", protocol, LONG);
      lab.populate();
      await().atMost(Duration.ofSeconds(10)).until(() -> !router.mapped().isEmpty());
      int port;
      try (Session session = Session.open(lab)) {
        session.awaitPrompt().expectEcho();
        String remote = session.awaitPath("direct", Duration.ofSeconds(15)).path("remote").asText();
        assertThat(remote).startsWith(lab.publicAddress("box") + ":");
        port = port(remote);
        assertThat(router.mapped()).contains(port);
        long left = router.leaseEnds(port) - System.currentTimeMillis() / 1000;
        assertThat(left).isBetween(500L, 601L);
        session.expectEcho();
        assertThat(session.exit()).isZero();
      }
      // given back with the session, while the next warm socket has one of its own
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> router.mapped().size() == 1 && !router.mapped().contains(port));
    }
  }

  @Test
  void withoutItTheSessionStaysOnTheRelay() {
    try (Lab lab = lab()) {
      HomeRouter router = router(lab, "box", "PCP NAT-PMP UPnP", LONG);
      Host box = lab.box();
      box.output(
          "sh",
          "-c",
          "mkdir -p ~/.config/moshpit; echo port-mapping = off > ~/.config/moshpit/agent.conf");
      lab.populate();
      try (Session session = Session.open(lab)) {
        session.awaitPrompt().expectEcho();
        session.awaitPath("relay", Duration.ofSeconds(10));
        // the checks have come to their end
        await().atMost(Duration.ofSeconds(20)).until(() -> session.events("path").size() > 1);
        assertThat(session.paths()).doesNotContain("direct");
        assertThat(router.mapped()).isEmpty();
        assertThat(session.exit()).isZero();
      }
    }
  }

  @Test
  void theLaptopsRouterServesAsWell() {
    try (Lab lab = lab()) {
      HomeRouter router = router(lab, "laptop", "PCP NAT-PMP UPnP", LONG);
      lab.populate();
      try (Session session = Session.open(lab)) {
        session.awaitPrompt().expectEcho();
        session.awaitPath("direct", Duration.ofSeconds(15));
        assertThat(router.mapped()).isNotEmpty();
        session.expectEcho();
        assertThat(session.exit()).isZero();
      }
      await().atMost(Duration.ofSeconds(5)).until(() -> router.mapped().isEmpty());
    }
  }

  // PCP, because miniupnpd grants whatever lease the others ask for
  @Test
  void aShortLeaseIsRenewedAndEndsWithAKilledAgent() {
    try (Lab lab = lab()) {
      HomeRouter router = router(lab, "box", "PCP", SHORT);
      lab.populate();
      await().atMost(Duration.ofSeconds(10)).until(() -> !router.mapped().isEmpty());
      int port = router.mapped().iterator().next();
      await()
          .during(Duration.ofSeconds(SHORT + 4))
          .atMost(Duration.ofSeconds(2 * SHORT))
          .until(() -> router.mapped().contains(port));
      assertThat(lab.box().output("cat", "agent.log"))
          .contains("the router maps")
          .doesNotContain("no longer");
      lab.agent("box").destroyForcibly();
      await()
          .atMost(Duration.ofSeconds(2 * SHORT))
          .pollInterval(Duration.ofMillis(250))
          .until(() -> router.mapped().isEmpty());
    }
  }

  @Test
  void aRouterThatBeganAnewIsAskedAgain() {
    try (Lab lab = lab()) {
      HomeRouter router = router(lab, "box", "PCP", SHORT);
      lab.populate();
      await().atMost(Duration.ofSeconds(10)).until(() -> !router.mapped().isEmpty());
      Set<Integer> before = router.mapped();
      router.reboot();
      await().atMost(Duration.ofSeconds(2 * SHORT)).until(() -> router.mapped().equals(before));
    }
  }
}
