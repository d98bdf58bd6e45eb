package org.moshpit.rendezvous.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.store.StoreException;
import org.moshpit.testkit.FreePort;

/** {@code /metrics} and {@code /healthz} of a real daemon on loopback. */
class OperatorWebTest {
  @TempDir private Path temp;
  private final HttpClient client = HttpClient.newHttpClient();
  private Daemon daemon;
  private InetSocketAddress web;

  private RendezvousConfig config(int port) {
    return new RendezvousConfig(
        temp.resolve("state"),
        List.of(TransportAddress.parse("127.0.0.1:" + port)),
        List.of("localhost"),
        List.of(web),
        null,
        "info");
  }

  private void start() throws Exception {
    web = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next());
    daemon = Daemon.start(config(FreePort.next()), List.of("localhost"));
  }

  @AfterEach
  void stop() {
    if (daemon != null) {
      daemon.close();
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.getPort() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void becomes(int status, String line) {
    await()
        .untilAsserted(
            () -> {
              HttpResponse<String> answer = get("/healthz");
              assertThat(answer.body()).isEqualTo(line + "\n");
              assertThat(answer.statusCode()).isEqualTo(status);
            });
  }

  @Test
  void aStateDirectoryThatCannotBeWrittenIsRedAndGreenAgain() throws Exception {
    start();
    becomes(200, "serving");
    Path state = temp.resolve("state");
    Path away = temp.resolve("away");
    Files.move(state, away);
    becomes(503, "the state directory cannot be written");
    Files.move(away, state);
    becomes(200, "serving");
    assertThat(state.resolve("probe.tmp")).doesNotExist();
  }

  @Test
  void metricsOfAnIdleRendezvous() throws Exception {
    start();
    assertThat(get("/metrics").body())
        .contains(
            "moshpit_rendezvous_agents_enrolled 0\n",
            "moshpit_rendezvous_agents_online{as=\"box\"} 0\n",
            "moshpit_rendezvous_links{state=\"stranger\"} 0\n",
            "moshpit_rendezvous_refusals_total{reason=\"superseded\"} 0\n",
            "moshpit_rendezvous_relay_drops_total{reason=\"quota_of_end\"} 0\n",
            "moshpit_rendezvous_stun_datagrams_total{outcome=\"stranger_answered\"} 0\n");
  }

  @Test
  void aPortThatIsTakenIsASettingToChange() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      web = (InetSocketAddress) taken.getLocalSocketAddress();
      assertThatThrownBy(() -> Daemon.start(config(FreePort.next()), List.of("localhost")))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("Cannot answer metrics: TCP 127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("--metrics");
    }
  }
}
