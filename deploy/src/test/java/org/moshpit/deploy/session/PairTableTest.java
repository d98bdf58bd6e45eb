package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.deploy.lab.Lab;

/**
 * Which pairs of NATs end on a direct path, and what is said of those that cannot. One lab for all,
 * with a laptop and a box behind each kind.
 */
@Tag("lab")
class PairTableTest {
  private static final List<String> EASY = List.of("home", "cgnat", "home+cgnat", "eif", "adf");
  private static final List<String> KINDS =
      Stream.concat(EASY.stream(), Stream.of("random", "udp-blocked")).toList();

  private static Lab lab;

  @BeforeAll
  static void makeLab() {
    List<String> more = new ArrayList<>();
    for (String kind : KINDS.subList(1, KINDS.size())) {
      // where the two sites of every lab are, at either end of the core
      more.addAll(List.of("--host", laptop(kind) + "=" + kind + "@1"));
      more.addAll(List.of("--host", box(kind) + "=" + kind + "@5"));
    }
    lab = Lab.populated(KINDS.get(0), KINDS.get(0), more.toArray(String[]::new));
  }

  @AfterAll
  static void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  private static String laptop(String kind) {
    return "laptop" + numberOf(kind);
  }

  private static String box(String kind) {
    return "box" + numberOf(kind);
  }

  private static String numberOf(String kind) {
    int number = KINDS.indexOf(kind);
    return number == 0 ? "" : Integer.toString(number + 1);
  }

  static Stream<Arguments> easyPairs() {
    return EASY.stream().flatMap(a -> EASY.stream().map(b -> Arguments.of(a, b)));
  }

  @ParameterizedTest
  @MethodSource("easyPairs")
  void endpointIndependentMappingsGoFromRelayToDirect(String client, String server) {
    try (Session session = Session.open(lab, lab.host(laptop(client)), box(server))) {
      session.awaitPrompt().expectEcho();
      JsonNode direct = session.awaitPath("direct", Duration.ofSeconds(10));
      assertThat(session.paths()).startsWith("relay").endsWith("direct");
      assertThat(direct.path("remote").asText()).startsWith(lab.publicAddress(box(server)) + ":");
      session.expectEcho();
      assertThat(session.exit()).isZero();
      JsonNode ended = session.events("ended").get(0);
      assertThat(ended.path("exit").asInt()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"random, random", "udp-blocked, home", "home, udp-blocked"})
  void otherPairsStayOnTheRelayAndSayWhy(String client, String server) {
    try (Session session = Session.open(lab, lab.host(laptop(client)), box(server))) {
      session.awaitPrompt().expectEcho();
      session.awaitPath("relay", Duration.ofSeconds(10));
      await().atMost(Duration.ofSeconds(20)).until(() -> !lastReason(session).isEmpty());
      assertThat(session.paths()).doesNotContain("direct");
      session.expectEcho();
      assertThat(session.exit()).isZero();
    }
  }

  private static String lastReason(Session session) {
    List<JsonNode> paths = session.events("path");
    return paths.get(paths.size() - 1).path("reason").asText("");
  }
}
