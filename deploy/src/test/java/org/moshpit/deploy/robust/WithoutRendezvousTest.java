package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Session;

/** How sessions on direct paths end while the rendezvous is away: as ever, with the reason. */
@Tag("lab")
class WithoutRendezvousTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void theLaptopHearsWhyAtOnce() throws IOException {
    try (Lab lab = Lab.populated("home", "cgnat");
        Session ended = Session.open(lab);
        Session killed = Session.open(lab);
        Session left = Session.open(lab)) {
      List<Session> all = List.of(ended, killed, left);
      for (Session session : all) {
        session.awaitPrompt().expectEcho();
        session.awaitPath("direct", LONG);
      }
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(sessions(lab))
                      .hasSize(3)
                      .allMatch(one -> one.path("path").asText().equals("direct")));
      ProcessHandle rendezvous = lab.rendezvousServer();
      rendezvous.destroyForcibly();
      await().atMost(LONG).until(() -> !rendezvous.isAlive());

      assertThat(lab.box().output("agent", "kill", id(ended))).contains("is ended");
      ended.terminal().awaitExit(Duration.ofSeconds(5));
      assertThat(ended.terminal().screen())
          .containsOnlyOnce("agent: the session on box is over: demo ended it on the box")
          .doesNotContain("Exception");

      long server = at(lab, killed).path("pid").asLong();
      ProcessHandle.of(server).orElseThrow().destroyForcibly();
      killed.terminal().awaitExit(Duration.ofSeconds(5));
      assertThat(killed.terminal().screen())
          .containsOnlyOnce("agent: the session on box is over: mosh-server has ended")
          .doesNotContain("Exception");

      left.expectEcho();
      assertThat(left.exit()).isZero();
      assertThat(left.terminal().screen()).doesNotContain("is over:");
      await().atMost(LONG).untilAsserted(() -> assertThat(sessions(lab)).isEmpty());
      assertThat(lab.box().output("sh", "-c", "cat *.log")).doesNotContain("Exception");
    }
  }

  private static String id(Session session) {
    return session.events("answered").get(0).path("session").asText();
  }

  private static JsonNode at(Lab lab, Session session) throws IOException {
    return sessions(lab).stream()
        .filter(one -> one.path("id").asText().equals(id(session)))
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonNode> sessions(Lab lab) throws IOException {
    String said = lab.box().output("agent", "sessions", "--json");
    return List.of(new ObjectMapper().readValue(said, JsonNode[].class));
  }
}
