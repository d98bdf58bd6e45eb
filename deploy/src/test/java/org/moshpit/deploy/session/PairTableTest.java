package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.deploy.lab.Lab;

/** Which pairs of NATs end on a direct path, and what is said of those that cannot. */
@Tag("lab")
class PairTableTest {
  private static final List<String> EASY = List.of("home", "cgnat", "home+cgnat", "eif", "adf");

  static Stream<Arguments> easyPairs() {
    return EASY.stream().flatMap(a -> EASY.stream().map(b -> Arguments.of(a, b)));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @MethodSource("easyPairs")
  void endpointIndependentMappingsGoFromRelayToDirect(String client, String server) {
    try (Lab lab = Lab.populated(client, server);
        Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      JsonNode direct = session.awaitPath("direct", Duration.ofSeconds(10));
      assertThat(session.paths()).startsWith("relay").endsWith("direct");
      assertThat(direct.path("remote").asText()).startsWith(lab.publicAddress("box") + ":");
      session.expectEcho();
      assertThat(session.exit()).isZero();
      JsonNode ended = session.events("ended").get(0);
      assertThat(ended.path("exit").asInt()).isZero();
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @CsvSource({"random, random", "udp-blocked, home", "home, udp-blocked"})
  void otherPairsStayOnTheRelayAndSayWhy(String client, String server) {
    try (Lab lab = Lab.populated(client, server);
        Session session = Session.open(lab)) {
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
