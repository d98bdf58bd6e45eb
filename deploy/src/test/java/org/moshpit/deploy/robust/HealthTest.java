package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /healthz} of a box's agent says while its rendezvous is away, by the launchers. */
@Tag("lab")
class HealthTest {
  /** It is red after a minute. */
  private static final Duration A_MINUTE_AND_MORE = Duration.ofSeconds(100);

  @TempDir private Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private Launchers programs;
  private URI health;

  @AfterEach
  void stop() {
    programs.stop();
  }

  @Test
  void anAgentWithoutItsRendezvousIsRedAfterAMinuteAndGreenWhenItIsBack() throws Exception {
    programs = new Launchers(directory);
    Launchers.Running rendezvous = programs.startRendezvous();
    programs.enroll("den");
    String metrics = "127.0.0.1:" + Launchers.freePort();
    health = URI.create("http://" + metrics + "/healthz");
    programs.start(programs.agent("den", "run", "--metrics", metrics)).awaitOutput("registered at");
    becomes(200, "serving");

    assertThat(rendezvous.end()).isZero();
    // sessions go on, and so may a restart of it
    assertThat(get().statusCode()).isEqualTo(200);
    becomes(503, "not registered at the rendezvous for 6[0-9] s");
    programs.startRendezvous();
    becomes(200, "serving");
  }

  private HttpResponse<String> get() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(10)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private void becomes(int status, String line) {
    await()
        .atMost(A_MINUTE_AND_MORE)
        .untilAsserted(
            () -> {
              HttpResponse<String> answer = get();
              assertThat(answer.statusCode()).isEqualTo(status);
              assertThat(answer.body().strip()).matches(line);
            });
  }
}
