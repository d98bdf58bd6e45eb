package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.wire.proto.Answer;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.NatReport;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.common.wire.proto.Offered;
import org.moshpit.rendezvous.page.web.PageServer;

/** The status page of a real server on loopback, with a session open. */
class ServerPageTest {
  @TempDir private Path temp;
  private final AtomicLong clock = new AtomicLong();
  private LoopbackServer pit;
  private PageServer page;

  @BeforeEach
  void start() throws Exception {
    pit = LoopbackServer.start(temp.resolve("state"));
    page =
        PageServer.open(
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            Optional.empty(),
            "pit.example",
            pit.server()::survey,
            clock::get,
            System::currentTimeMillis);
  }

  @AfterEach
  void stop() {
    page.close();
    pit.close();
  }

  private FakeAgent loggedIn(String name, Mode mode) throws InterruptedException {
    return pit.loggedIn(pit.enrolled(name), name, mode);
  }

  /** The page, the one of before being no longer fresh. */
  private String get() throws Exception {
    clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + page.address().getPort() + "/"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** What the server learns from one connection it may learn after it was asked on another. */
  private void becomes(String... parts) {
    await().untilAsserted(() -> assertThat(get()).contains(parts));
  }

  private static ByteString bytes(int size) {
    return ByteString.copyFrom(new byte[size]);
  }

  @Test
  void aSessionFromItsAnswerToItsEnd() throws Exception {
    FakeAgent box = loggedIn("attic", Mode.BOX);
    FakeAgent lap = loggedIn("lap", Mode.VISITOR);
    box.send(
        ClientFrame.newBuilder().setNat(NatReport.newBuilder().setMapping("endpoint-independent")));
    becomes("<dd>2 of 2</dd>", "No session is open.", ">endpoint-independent</td>");

    lap.send(
        ClientFrame.newBuilder()
            .setOffer(Offer.newBuilder().setExchange(5).setName("attic").setSealed(bytes(100))));
    Offered offered = box.next().getOffered();
    box.send(
        ClientFrame.newBuilder()
            .setAnswer(
                Answer.newBuilder()
                    .setExchange(offered.getExchange())
                    .setSealed(bytes(9))
                    .setAdmitted(true)
                    .setSession(bytes(16))));
    int relay = lap.next().getAnswered().getRelay();
    assertThat(get()).contains(">attic</td><td>not on the relay</td>", "<td>never</td>");

    lap.send(
        ClientFrame.newBuilder()
            .setDatagram(Datagram.newBuilder().setRelay(relay).setPayload(bytes(777))));
    assertThat(box.next().getDatagram().getPayload().size()).isEqualTo(777);
    assertThat(get())
        .contains(">attic</td><td>on the relay</td>", "<td class=\"n\">777 B</td>", " s ago");

    lap.channel.close().syncUninterruptibly();
    becomes("<dd>1 of 2</dd>", "<td>offline</td>");
  }
}
