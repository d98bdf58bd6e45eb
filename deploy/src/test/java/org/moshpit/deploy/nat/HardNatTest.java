package org.moshpit.deploy.nat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Session;

/**
 * Kernel NATs that map each destination to another port, and routers that let a peer's early packet
 * spoil a mapping: direct all the same. One lab for all, with a laptop and a box behind each kind.
 * {@code deploy/bench/nat-pairs} tries every pair.
 */
@Tag("lab")
@Tag("alone")
class HardNatTest {
  private static final List<String> KINDS =
      List.of("home", "home-open", "sequential", "block", "random");

  /** A box begins a punch of many flows only 20 s after the last one. */
  static final Duration WITH_A_PAUSE = Duration.ofSeconds(60);

  private static Lab lab;

  @BeforeAll
  static void makeLab() {
    List<String> more = new ArrayList<>();
    for (String kind : KINDS.subList(1, KINDS.size())) {
      more.addAll(List.of("--host", name("laptop", kind) + "=" + kind + "@1"));
      more.addAll(List.of("--host", name("box", kind) + "=" + kind + "@5"));
    }
    lab = Lab.populated(KINDS.get(0), KINDS.get(0), more.toArray(String[]::new));
  }

  @AfterAll
  static void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  private static String name(String host, String kind) {
    int number = KINDS.indexOf(kind);
    return number == 0 ? host : host + (number + 1);
  }

  /** In an order in which no box is asked for many flows twice within its pause. */
  @ParameterizedTest
  @CsvSource({
    "random, home",
    "home, block",
    "home-open, random",
    "sequential, home",
    "sequential, sequential",
    "home, sequential",
    "home-open, home-open",
    "home, home-open",
    "block, home",
    "random, home-open",
    "sequential, home-open",
    "home-open, block",
    "home, random",
  })
  void goesFromRelayToDirect(String client, String server) {
    String box = name("box", server);
    try (Session session = Session.open(lab, lab.host(name("laptop", client)), box)) {
      session.awaitPrompt().expectEcho();
      JsonNode direct = session.awaitPath("direct", WITH_A_PAUSE);
      assertThat(session.paths()).startsWith("relay").endsWith("direct");
      assertThat(direct.path("remote").asText()).startsWith(lab.publicAddress(box) + ":");
      session.expectEcho();
      assertThat(session.exit()).isZero();
    }
  }
}
