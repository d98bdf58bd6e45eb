package org.moshpit.deploy.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Session;

/** What the strategy with the most flows does to routers that bear little. */
@Tag("lab")
@Tag("alone")
class SmallRouterTest {
  private static final int ROOM = 1024;

  /** Both routers have room for 1024 flows and refuse more, as connection tracking does. */
  @Test
  void aTableOf1024IsNotFilled() throws InterruptedException {
    try (Lab lab = Lab.populated("home", "random")) {
      Host[] routers = {lab.nats("laptop").get(0), lab.nats("box").get(0)};
      for (Host router : routers) {
        limit(router, ROOM);
      }
      AtomicInteger most = new AtomicInteger();
      AtomicBoolean over = new AtomicBoolean();
      Thread watch =
          new Thread(
              () -> {
                while (!over.get()) {
                  for (Host router : routers) {
                    most.accumulateAndGet(flows(router), Math::max);
                  }
                }
              });
      watch.start();
      try (Session session = Session.open(lab)) {
        session.awaitPrompt().expectEcho();
        session.awaitPath("direct", HardNatTest.WITH_A_PAUSE);
        session.expectEcho();
        assertThat(session.exit()).isZero();
      } finally {
        over.set(true);
        watch.join();
      }
      assertThat(most.get()).as("flows tracked at once").isBetween(40, ROOM - 1);
      for (Host router : routers) {
        assertThat(refused(router)).isZero();
      }
    }
  }

  /**
   * New flows beyond 64 are dropped at either router, and the box alone would open 640: the session
   * must not notice, and a later one must work.
   */
  @Test
  void routersThatDropNewFlowsOver64() {
    try (Lab lab = Lab.populated("home", "random")) {
      Host boxes = lab.nats("box").get(0);
      limit(lab.nats("laptop").get(0), 64);
      limit(boxes, 64);
      try (Session session = Session.open(lab)) {
        session.awaitPrompt().expectEcho();
        await().atMost(Duration.ofSeconds(20)).until(() -> refused(boxes) > 0);
        for (int i = 0; i < 10; i++) {
          long before = System.nanoTime();
          session.expectEcho();
          assertThat(Duration.ofNanos(System.nanoTime() - before))
              .isLessThan(Duration.ofSeconds(5));
        }
        assertThat(session.exit()).isZero();
      }
      try (Session session = Session.open(lab)) {
        session.awaitPrompt().expectEcho();
        assertThat(session.exit()).isZero();
      }
    }
  }

  private static void limit(Host router, int flows) {
    router.root(
        "nft",
        "add counter inet fw refused; insert rule inet fw forward oifname wan ct state new ct count over "
            + flows
            + " counter name refused drop");
  }

  private static int refused(Host router) {
    String counter = router.root("nft", "list", "counter", "inet", "fw", "refused");
    return Integer.parseInt(counter.replaceFirst("(?s).*packets (\\d+).*", "$1"));
  }

  private static int flows(Host router) {
    return Integer.parseInt(
        router.root("cat", "/proc/sys/net/netfilter/nf_conntrack_count").trim());
  }
}
