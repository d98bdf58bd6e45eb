package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;

/** By which way relayed datagrams really go, by what the rendezvous' kernel counted. */
@Tag("lab")
@Tag("alone")
class UdpRelayTest {
  /**
   * A TCP segment of the link that is longer, as an IP packet, than those that carry a Ping or
   * nothing; one with a datagram of mosh's always is.
   */
  private static final int NO_PING = 110;

  /** Segments that a search for a direct path which goes on beside it may cost. */
  private static final long CONTROL = 10;

  /** Datagrams of either end that are worth a comparison. */
  private static final long ENOUGH = 40;

  /** Counts what comes in, by source. */
  private static void count(Lab lab) {
    String script =
        """
        add table inet seen
        add counter inet seen laptop_udp
        add counter inet seen laptop_tcp
        add counter inet seen box_udp
        add counter inet seen box_tcp
        add chain inet seen heard { type filter hook input priority filter; }
        """;
    for (String end : new String[] {"laptop", "box"}) {
      String rule = "add rule inet seen heard ip saddr " + lab.publicAddress(end);
      // data of the relay: the payload begins with the bits 010
      script += rule + " udp dport { 3478, 3479 } @th,64,3 2 counter name " + end + "_udp\n";
      script += rule + " meta l4proto tcp meta length > " + NO_PING;
      script += " counter name " + end + "_tcp\n";
    }
    lab.rendezvous().rootWithInput(script, "nft", "-f", "-");
  }

  private static long counted(Lab lab, String counter) {
    String text = lab.rendezvous().root("nft", "list", "counter", "inet", "seen", counter);
    return Long.parseLong(text.replaceFirst("(?s).*?\\spackets (\\d+).*", "$1"));
  }

  /** Has more come from that end by UDP, while it says something? */
  private static void awaitUdp(Lab lab, Session session, String end, Duration longest) {
    long before = counted(lab, end + "_udp");
    await()
        .atMost(longest)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              session.terminal().type(" ");
              return counted(lab, end + "_udp") - before > 3;
            });
  }

  private static void cut(Host nat) {
    nat.root(
        "nft",
        "add table inet cut; "
            + "add chain inet cut passing { type filter hook prerouting priority raw; }; "
            + ("add rule inet cut passing meta l4proto udp ip saddr " + Lab.RENDEZVOUS + " drop; ")
            + ("add rule inet cut passing meta l4proto udp ip daddr " + Lab.RENDEZVOUS + " drop"));
  }

  @Test
  void betweenTwoRandomNatsTheRelayIsUdpAndTlsWhereThatIsCut() {
    try (Lab lab = Lab.populated("random", "random")) {
      count(lab);
      try (Session session = Session.open(lab).awaitPrompt()) {
        session.awaitPath("relay", Duration.ofSeconds(10));
        awaitUdp(lab, session, "laptop", Duration.ofSeconds(10));
        awaitUdp(lab, session, "box", Duration.ofSeconds(10));
        session.terminal().type("\n");

        // Both ends by UDP, and nothing of it over the link.
        assertCarried(lab, session, true, true);

        // One end's UDP is cut: that end alone goes by the link, and comes back.
        Host nat = lab.nats("laptop").get(0);
        cut(nat);
        long begin = System.nanoTime();
        session.expectEcho();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
        assertCarried(lab, session, false, true);
        nat.root("nft", "delete table inet cut");
        awaitUdp(lab, session, "laptop", Duration.ofSeconds(75));
        session.terminal().type("\n");
        assertCarried(lab, session, true, true);
        assertThat(session.paths()).containsOnly("relay");
        assertThat(session.exit()).isZero();
      }
    }
  }

  /** A NAT forgot the flow of an end that was quiet, and gives it another port. */
  @Test
  void anotherMappingIsProvedAndTheRelayStaysUdp() {
    try (Lab lab = Lab.populated("cgnat", "home")) {
      count(lab);
      try (Session session = Session.open(lab, "--relay=only").awaitPrompt()) {
        awaitUdp(lab, session, "laptop", Duration.ofSeconds(10));
        awaitUdp(lab, session, "box", Duration.ofSeconds(10));
        session.terminal().type("\n");
        for (int i = 0; i < 3; i++) {
          lab.nats("laptop").get(0).root("conntrack", "-D", "-p", "udp");
          long begin = System.nanoTime();
          session.expectEcho();
          assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
          awaitUdp(lab, session, "laptop", Duration.ofSeconds(20));
          session.terminal().type("\n");
        }
        assertCarried(lab, session, true, true);
        assertThat(session.paths()).containsOnly("relay");
        assertThat(session.exit()).isZero();
      }
    }
  }

  private static void assertCarried(
      Lab lab, Session session, boolean laptopByUdp, boolean boxByUdp) {
    long laptopUdp = counted(lab, "laptop_udp");
    long laptopTcp = counted(lab, "laptop_tcp");
    long boxUdp = counted(lab, "box_udp");
    long boxTcp = counted(lab, "box_tcp");
    String laptopWay = laptopByUdp ? "laptop_udp" : "laptop_tcp";
    long enough = counted(lab, laptopWay) + ENOUGH;
    while (counted(lab, laptopWay) < enough) {
      session.expectEcho(); // which waits for it, and not for ever
    }
    laptopUdp = counted(lab, "laptop_udp") - laptopUdp;
    laptopTcp = counted(lab, "laptop_tcp") - laptopTcp;
    boxUdp = counted(lab, "box_udp") - boxUdp;
    boxTcp = counted(lab, "box_tcp") - boxTcp;
    String all =
        "laptop udp %s tcp %s, box udp %s tcp %s".formatted(laptopUdp, laptopTcp, boxUdp, boxTcp);
    assertThat(laptopByUdp ? laptopTcp : laptopUdp).as(all).isLessThan(CONTROL);
    assertThat(boxByUdp ? boxTcp : boxUdp).as(all).isLessThan(CONTROL);
    assertThat(boxByUdp ? boxUdp : boxTcp).as(all).isGreaterThan(ENOUGH / 2);
  }
}
