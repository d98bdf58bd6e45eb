package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.Answer;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.NatReport;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.common.wire.proto.Offered;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.CoreCommand;
import org.moshpit.rendezvous.core.CoreInput;
import org.moshpit.rendezvous.core.CoreLimits;
import org.moshpit.rendezvous.core.Role;
import org.moshpit.rendezvous.page.web.PageServer;
import org.moshpit.rendezvous.store.MvStoreRegistry;
import org.moshpit.rendezvous.store.StateLock;
import org.moshpit.testkit.FreePort;

/** The status page of a real server on loopback, with a session open. */
class ServerPageTest {
  @TempDir private Path temp;
  private final EventLoopGroup agents = EventLoops.create("agents", 1);
  private final AtomicLong clock = new AtomicLong();
  private StateLock lock;
  private MvStoreRegistry registry;
  private RendezvousServer server;
  private PageServer page;
  private TransportAddress address;
  private SpkiPin pin;
  private SslContext tls;

  @BeforeEach
  void start() throws Exception {
    lock = StateLock.forDaemon(temp.resolve("state"));
    KeyPair key = TlsKey.of(temp.resolve("state"));
    pin = SpkiPin.of(key.getPublic());
    registry = MvStoreRegistry.open(lock, Bytes.of(pin.hash()));
    address = TransportAddress.parse("127.0.0.1:" + FreePort.next());
    server =
        RendezvousServer.start(
            new ServerSettings(
                List.of(address), List.of(address), List.of("localhost"), CoreLimits.DEFAULT),
            registry,
            key);
    tls = LinkTls.client(List.of(pin));
    page =
        PageServer.open(
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            Optional.empty(),
            "pit.example",
            server::survey,
            clock::get,
            System::currentTimeMillis);
  }

  @AfterEach
  void stop() {
    page.close();
    server.close();
    registry.close();
    lock.close();
    agents.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private FakeAgent loggedIn(String name, Mode mode) throws InterruptedException {
    CompletableFuture<CoreCommand> invited = new CompletableFuture<>();
    server.ask(
        request -> new CoreInput.InviteAsked(request, "", Role.BOTH, new TreeSet<>(), 1, 60_000),
        invited::complete);
    LinkKey key = FakeAgent.newKey();
    FakeAgent agent = new FakeAgent(agents, address, pin, tls).hello();
    agent.enroll(key, name, ((CoreCommand.Invited) invited.join()).token().toArray());
    assertThat(agent.next().hasEnrolled()).isTrue();
    agent.channel.close().syncUninterruptibly();
    agent = new FakeAgent(agents, address, pin, tls).hello();
    agent.login(key, name, mode);
    assertThat(agent.next().hasWelcome()).isTrue();
    return agent;
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
