package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.session.Session;

/**
 * A rendezvous that lost its state is another one: those that knew it are told so in one sentence,
 * and sessions on direct paths need it for nothing.
 */
@Tag("lab")
class WipedRendezvousTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void agentsAreToldAndDirectSessionsGoOn() throws IOException {
    try (Lab lab = Lab.populated("home", "cgnat");
        Session session = Session.open(lab)) {
      session.awaitPrompt().expectEcho();
      session.awaitPath("direct", LONG);
      ProcessHandle first = lab.rendezvousServer();
      first.destroyForcibly();
      await().atMost(LONG).until(() -> !first.isAlive());
      Host rendezvous = lab.rendezvous();
      String state = rendezvous.home().resolve("state").toString();
      rendezvous.output("rm", "-r", state);
      rendezvous.start(
          "rendezvous-server",
          "run",
          "--state",
          state,
          "--listen",
          Lab.RENDEZVOUS + ":3478",
          "--public-address",
          Lab.RENDEZVOUS);

      String sentence = "is not the pinned rendezvous";
      Path log = lab.box().home().resolve("agent.log");
      await().atMost(LONG).until(() -> Files.readString(log).contains(sentence));
      assertThat(Files.readString(log))
          .contains("then enroll again with a new join URL")
          .doesNotContain("\tat ");
      Shell.Result list = lab.laptop().run("agent", "list");
      assertThat(list.exit()).isEqualTo(12);
      assertThat(list.err()).contains(sentence, "then enroll again").hasLineCount(1);

      session.expectEcho();
      assertThat(lab.box().output("agent", "status", "--json"))
          .contains("\"registered\":false", sentence, "\"path\":\"direct\"");
      // the laptop is heard for longer than a path lives that nobody answers for
      Instant later = Instant.now().plusSeconds(15);
      await().atMost(LONG).until(() -> heard(lab).isAfter(later));
      session.expectEcho();
      assertThat(session.paths()).endsWith("direct");
      assertThat(session.exit()).isZero();
    }
  }

  private static Instant heard(Lab lab) throws IOException {
    String said = lab.box().output("agent", "sessions", "--json");
    return Instant.parse(new ObjectMapper().readTree(said).path(0).path("heard").asText());
  }
}
