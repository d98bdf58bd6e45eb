package org.moshpit.deploy.roaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Lab;

/**
 * The router of a box restarts at night, with another address, and nothing on the box changes: the
 * STUN answer says so within half a minute, and the box takes it for the sign that it is.
 */
@Tag("lab")
class NewAddressTest {
  /** A keepalive's 27 s, and the link's time to prove itself and to be dialled. */
  private static final Duration SOON = Duration.ofSeconds(40);

  @Test
  void aBoxIsRegisteredAtItsRoutersNewAddress() throws IOException {
    try (Lab lab = Lab.populated("home", "home")) {
      String before = observed(lab);
      assertThat(before).startsWith(lab.publicAddress("box") + ":");
      lab.change("reboot", "box");
      Path log = lab.box().home().resolve("agent.log");
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(Files.readString(log)).contains("the public address changed"));
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(observed(lab))
                      .matches("[0-9.]+:[0-9]+")
                      .doesNotStartWith(host(before) + ":"));
    }
  }

  private static String host(String address) {
    return address.substring(0, address.lastIndexOf(':'));
  }

  private static String observed(Lab lab) throws IOException {
    String said =
        lab.rendezvous()
            .output(
                "rendezvous-server",
                "agents",
                "--json",
                "--state",
                lab.rendezvous().home().resolve("state").toString());
    for (JsonNode agent : new ObjectMapper().readTree(said)) {
      if (agent.path("name").asText().equals("box")) {
        return agent.path("observed").asText();
      }
    }
    throw new AssertionError("no box: " + said);
  }
}
