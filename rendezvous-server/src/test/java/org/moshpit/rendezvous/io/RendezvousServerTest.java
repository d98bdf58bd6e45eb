package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.relay.RelayControl;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.proto.Answer;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.CloseRelay;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.NatReport;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.common.wire.proto.Offered;
import org.moshpit.common.wire.proto.Ping;
import org.moshpit.common.wire.proto.RefusalCode;
import org.moshpit.common.wire.proto.RelayCookie;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.rendezvous.core.AgentView;
import org.moshpit.rendezvous.core.CoreCommand;
import org.moshpit.rendezvous.core.CoreInput;
import org.moshpit.rendezvous.responder.Outcome;

/** The real server on loopback, on both families, with agents that speak frame by frame. */
class RendezvousServerTest {
  @TempDir private Path temp;
  private LoopbackServer pit;

  @BeforeEach
  void start() throws Exception {
    pit = LoopbackServer.startEverywhere(temp.resolve("state"));
  }

  @AfterEach
  void stop() {
    pit.close();
  }

  @Test
  void aStunSocketThatIsGoneIsAProblemUntilARestart() throws Exception {
    assertThat(pit.server().problem(System.nanoTime())).isEmpty();
    pit.server().stun().close();
    assertThat(pit.server().problem(System.nanoTime())).contains("a STUN socket is gone");
    stop();
    start();
    assertThat(pit.server().problem(System.nanoTime())).isEmpty();
  }

  /** The kernel spreads the ports of one source over the loops, which have one quota together. */
  @Test
  void aNetworkHasOneQuotaOnAllLoops() throws Exception {
    byte[] question = StunEncoder.encode(StunMessage.request(TransactionId.of(new byte[12])));
    long begun = System.nanoTime();
    for (int i = 1; i <= 300; i++) {
      try (DatagramSocket stranger = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
        stranger.send(
            new DatagramPacket(
                question, question.length, pit.address().ip(), pit.address().port()));
      }
      if (i % 50 == 0) {
        int sent = i;
        await().until(() -> strangers(Outcome.STRANGER_ANSWERED, Outcome.RATE_LIMITED) == sent);
      }
    }
    long seconds = 1 + Duration.ofNanos(System.nanoTime() - begun).toSeconds();
    assertThat(strangers(Outcome.STRANGER_ANSWERED)).isBetween(60L, 60 + 20 * seconds);
  }

  private long strangers(Outcome... outcomes) {
    Map<Outcome, Long> all =
        CompletableFuture.supplyAsync(() -> pit.server().figures(), pit.server().loop())
            .join()
            .stun();
    return Arrays.stream(outcomes).mapToLong(all::get).sum();
  }

  private static ByteString bytes(int size) {
    return ByteString.copyFrom(new byte[size]);
  }

  private static ClientFrame datagram(int relay, String text) {
    return ClientFrame.newBuilder()
        .setDatagram(
            Datagram.newBuilder().setRelay(relay).setPayload(ByteString.copyFromUtf8(text)))
        .build();
  }

  @Test
  void offerAnswerAndRelayedDatagrams() throws Exception {
    FakeAgent box = pit.loggedIn(pit.enrolled("box"), "box", Mode.BOX);
    LinkKey lapKey = pit.enrolled("lap");
    FakeAgent lap = pit.loggedIn(lapKey, "lap", Mode.VISITOR);
    lap.send(
        ClientFrame.newBuilder()
            .setOffer(Offer.newBuilder().setExchange(5).setName("box").setSealed(bytes(100))));
    Offered offered = box.next().getOffered();
    assertThat(offered.getFrom()).isEqualTo("lap");
    assertThat(offered.getFromKey().toByteArray()).isEqualTo(lapKey.publicKey());
    box.send(
        ClientFrame.newBuilder()
            .setAnswer(
                Answer.newBuilder()
                    .setExchange(offered.getExchange())
                    .setSealed(bytes(9))
                    .setAdmitted(true)
                    .setSession(bytes(16))));
    assertThat(lap.next().getAnswered().getRelay()).isEqualTo(offered.getRelay());

    lap.send(datagram(offered.getRelay(), "to the box"));
    assertThat(box.next().getDatagram().getPayload().toStringUtf8()).isEqualTo("to the box");
    box.send(datagram(offered.getRelay(), "to the laptop"));
    assertThat(lap.next().getDatagram().getPayload().toStringUtf8()).isEqualTo("to the laptop");

    // A stranger does not get into it.
    FakeAgent eve = pit.loggedIn(pit.enrolled("eve"), "eve", Mode.VISITOR);
    eve.send(datagram(offered.getRelay(), "from eve"));
    assertThat(eve.next().getRelayClosed().getRelay()).isEqualTo(offered.getRelay());

    // A newer link of the laptop carries the relay on.
    lap.channel.close().syncUninterruptibly();
    FakeAgent again = pit.loggedIn(lapKey, "lap", Mode.VISITOR);
    again.send(datagram(offered.getRelay(), "again"));
    assertThat(box.next().getDatagram().getPayload().toStringUtf8()).isEqualTo("again");
  }

  /** An agent's end of the relay by UDP. */
  private final class UdpEnd implements AutoCloseable {
    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    private final long cookie;
    private final byte[] key;

    UdpEnd(RelayCookie given) throws IOException {
      socket.setSoTimeout(10_000);
      cookie = given.getCookie().asReadOnlyByteBuffer().getLong();
      key = given.getKey().toByteArray();
      RelayControl open = RelayControl.open(cookie, 1);
      send(open.encode(key));
      RelayControl challenge = RelayControl.read(receive(), key);
      send(open.followedBy(RelayControl.Kind.CONFIRM, challenge.token()).encode(key));
      assertThat(RelayControl.read(receive(), key).kind()).isEqualTo(RelayControl.Kind.OPENED);
    }

    private void send(byte[] datagram) throws IOException {
      socket.send(
          new DatagramPacket(datagram, datagram.length, pit.address().ip(), pit.address().port()));
    }

    void say(String text) throws IOException {
      send(RelayWire.data(cookie, text.getBytes(StandardCharsets.US_ASCII)));
    }

    private byte[] receive() throws IOException {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      socket.receive(packet);
      return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    String hear() throws IOException {
      byte[] datagram = receive();
      assertThat(RelayWire.cookieOf(datagram)).isEqualTo(cookie);
      return new String(RelayWire.payload(datagram), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  @Test
  void eachEndRelaysByTheWayItLikes() throws Exception {
    FakeAgent box = pit.loggedIn(pit.enrolled("box"), "box", Mode.BOX, true);
    FakeAgent lap = pit.loggedIn(pit.enrolled("lap"), "lap", Mode.VISITOR, true);
    lap.send(
        ClientFrame.newBuilder()
            .setOffer(Offer.newBuilder().setExchange(5).setName("box").setSealed(bytes(100))));
    Offered offered = box.next().getOffered();
    int relay = offered.getRelay();
    box.send(
        ClientFrame.newBuilder()
            .setAnswer(
                Answer.newBuilder()
                    .setExchange(offered.getExchange())
                    .setSealed(bytes(9))
                    .setAdmitted(true)
                    .setSession(bytes(16))));
    RelayCookie lapCookie = lap.next().getRelayCookie();
    assertThat(lapCookie.getRelay()).isEqualTo(relay);
    assertThat(lap.next().getAnswered().getRelay()).isEqualTo(relay);
    RelayCookie boxCookie = box.next().getRelayCookie();
    assertThat(boxCookie.getCookie()).isNotEqualTo(lapCookie.getCookie());

    try (UdpEnd lapUdp = new UdpEnd(lapCookie)) {
      // UDP to link and back
      lapUdp.say("to the box");
      assertThat(box.next().getDatagram().getPayload().toStringUtf8()).isEqualTo("to the box");
      box.send(datagram(relay, "to the laptop"));
      assertThat(lapUdp.hear()).isEqualTo("to the laptop");
      try (UdpEnd boxUdp = new UdpEnd(boxCookie);
          DatagramSocket eve = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
        // a captured datagram from elsewhere, and garbage, before one that counts
        byte[] captured = RelayWire.data(boxUdp.cookie, new byte[] {'e', 'v', 'e'});
        for (byte[] evil : List.of(captured, new byte[] {0x41}, new byte[] {0x7f, 1, 2, 3})) {
          eve.send(new DatagramPacket(evil, evil.length, pit.address().ip(), pit.address().port()));
        }
        boxUdp.say("by UDP");
        assertThat(lapUdp.hear()).isEqualTo("by UDP");
        lapUdp.say("both");
        assertThat(boxUdp.hear()).isEqualTo("both");

        // The relay ends: so do its cookies.
        lap.send(ClientFrame.newBuilder().setCloseRelay(CloseRelay.newBuilder().setRelay(relay)));
        assertThat(closed(box)).isEqualTo(relay);
        boxUdp.send(RelayControl.open(boxUdp.cookie, 2).encode(boxUdp.key));
        for (DatagramSocket one : List.of(boxUdp.socket, eve)) {
          assertThat(firstAnswer(one)).as("behind what was not answered").isTrue();
        }
      }
    }
    assertThat(lap.frames).as("nothing over the laptop's link").isEmpty();
  }

  /** Asks by STUN, and says whether the first thing to come in is the answer to that. */
  private boolean firstAnswer(DatagramSocket socket) throws IOException {
    byte[] stun = StunEncoder.encode(StunMessage.request(new TransactionId(1, 2)));
    socket.send(new DatagramPacket(stun, stun.length, pit.address().ip(), pit.address().port()));
    DatagramPacket first = new DatagramPacket(new byte[2048], 2048);
    socket.setSoTimeout(10_000);
    socket.receive(first);
    return StunMessage.looksLikeStun(Arrays.copyOf(first.getData(), first.getLength()));
  }

  /** The relay that is closed, behind what may have come over the link. */
  private static int closed(FakeAgent agent) throws InterruptedException {
    ServerFrame frame = agent.next();
    while (!frame.hasRelayClosed()) {
      frame = agent.next();
    }
    return frame.getRelayClosed().getRelay();
  }

  @Test
  void aReaderThatStoppedDoesNotFillTheHeap() throws Exception {
    FakeAgent box = pit.loggedIn(pit.enrolled("box"), "box", Mode.BOX);
    FakeAgent lap = pit.loggedIn(pit.enrolled("lap"), "lap", Mode.VISITOR);
    lap.send(
        ClientFrame.newBuilder().setOffer(Offer.newBuilder().setName("box").setSealed(bytes(1))));
    Offered offered = box.next().getOffered();
    box.send(
        ClientFrame.newBuilder()
            .setAnswer(
                Answer.newBuilder()
                    .setExchange(offered.getExchange())
                    .setSealed(bytes(1))
                    .setAdmitted(true)
                    .setSession(bytes(16))));
    lap.next();
    box.channel.config().setAutoRead(false);
    int sent = 0;
    ChannelFuture last = null;
    for (; sent < 400; sent++) {
      last = lap.channel.writeAndFlush(datagram(offered.getRelay(), sent + "-" + "x".repeat(1000)));
    }
    last.syncUninterruptibly();
    // A round trip behind them: the server has handled all of them, and answers as ever.
    lap.send(ClientFrame.newBuilder().setPing(Ping.newBuilder().setCookie(1)));
    assertThat(lap.next().getPong().getCookie()).isEqualTo(1);
    box.channel.config().setAutoRead(true);

    String newest = "";
    while (!newest.startsWith("399-")) {
      newest = box.next().getDatagram().getPayload().toStringUtf8();
    }
    assertThat(newest).startsWith("399-");
  }

  @Test
  void brokenFramesAreRefusedAndTheReasonArrives() throws Exception {
    for (byte[] garbage :
        List.of(
            new byte[] {0},
            new byte[] {(byte) 0xff, (byte) 0xff, 0x7f},
            new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80},
            new byte[100_000])) {
      FakeAgent agent = pit.agent();
      agent
          .channel
          .pipeline()
          .context(FrameCodec.class)
          .writeAndFlush(Unpooled.wrappedBuffer(garbage));
      ServerFrame refused = agent.next();
      assertThat(refused.getRefused().getCode()).isEqualTo(RefusalCode.MALFORMED);
      assertThat(agent.channel.closeFuture().await(10_000)).isTrue();
    }
  }

  private static ClientFrame largeOffer(String to) {
    return ClientFrame.newBuilder()
        .setOffer(Offer.newBuilder().setName(to).setSealed(bytes(5000)))
        .build();
  }

  @Test
  void beforeTheLoginALongFrameIsRefusedByItsLength() throws Exception {
    FakeAgent agent = pit.agent();
    agent
        .channel
        .pipeline()
        .context(FrameCodec.class)
        .writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) 0x81, 0x08}));

    assertThat(agent.next().getRefused().getDetail()).contains("too long before the login");
  }

  @Test
  void longFramesMayComeRightBehindTheLogin() throws Exception {
    FakeAgent box = pit.loggedIn(pit.enrolled("box"), "box", Mode.BOX);
    LinkKey key = pit.enrolled("lap");
    FakeAgent lap = pit.agent();
    lap.channel.write(lap.loginFrame(key, "lap", Mode.VISITOR, null));
    lap.send(largeOffer("box"));

    assertThat(lap.next().hasWelcome()).isTrue();
    assertThat(box.next().getOffered().getSealed().size()).isEqualTo(5000);
  }

  @Test
  void longFramesBehindALoginThatIsNotHeardEndNothing() throws Exception {
    FakeAgent box = pit.loggedIn(pit.enrolled("box"), "box", Mode.BOX);
    LinkKey key = pit.enrolled("lap");
    FakeAgent lap = pit.agent();
    lap.channel.write(lap.loginFrame(key, "lap", Mode.VISITOR, new byte[32]));
    lap.send(largeOffer("box"));
    assertThat(lap.next().hasLoginAgain()).isTrue();

    lap.channel.write(lap.loginFrame(key, "lap", Mode.VISITOR, null));
    lap.send(largeOffer("box"));

    assertThat(lap.next().hasWelcome()).isTrue();
    assertThat(box.next().getOffered().getSealed().size()).isEqualTo(5000);
    assertThat(box.frames).as("offers").isEmpty();
  }

  @Test
  void whoDoesNotLogInMakesRoomForWhoDoes() throws Exception {
    LinkKey key = pit.enrolled("box");
    FakeAgent box = pit.loggedIn(key, "box", Mode.BOX);
    FakeAgent first = pit.agent();
    List<FakeAgent> idle = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      idle.add(pit.agent());
    }
    assertThat(first.channel.closeFuture().await(10_000)).isTrue();
    assertThat(first.frames).as("no refusal: its time was not over").isEmpty();

    FakeAgent lap = pit.loggedIn(key, "box", Mode.VISITOR);

    lap.send(ClientFrame.newBuilder().setPing(Ping.newBuilder().setCookie(1)));
    assertThat(lap.next().getPong().getCookie()).isEqualTo(1);
    box.send(ClientFrame.newBuilder().setPing(Ping.newBuilder().setCookie(2)));
    assertThat(box.next().getPong().getCookie()).isEqualTo(2);
    assertThat(idle.get(47).channel.isOpen()).isTrue();
  }

  @Test
  void oneByteFramesAreAccepted() throws Exception {
    FakeAgent agent = pit.agent();
    for (byte b : new byte[] {0x04, 0x1a, 0x02, 0x08, 0x05}) {
      agent
          .channel
          .pipeline()
          .context(FrameCodec.class)
          .writeAndFlush(Unpooled.wrappedBuffer(new byte[] {b}))
          .syncUninterruptibly();
    }

    assertThat(agent.next().getPong().getCookie()).isEqualTo(5);
  }

  @Test
  void withoutTlsNothingIsSaid() throws Exception {
    try (Socket plain = new Socket(pit.address().ip(), pit.address().port())) {
      plain.setSoTimeout(10_000);
      plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes("US-ASCII"));
      InputStream in = plain.getInputStream();
      byte[] all = in.readAllBytes();
      // At most a TLS alert.
      assertThat(all.length).isLessThanOrEqualTo(7);
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  @Test
  void stunAnswersOnBothPortsAndBothFamilies() throws Exception {
    for (String host : List.of("127.0.0.1", "::1")) {
      for (int port : List.of(pit.address().port(), pit.address().port() + 1)) {
        try (DatagramSocket socket = new DatagramSocket()) {
          socket.setSoTimeout(5000);
          byte[] request = new byte[20];
          request[1] = 1;
          request[4] = 0x21;
          request[5] = 0x12;
          request[6] = (byte) 0xa4;
          request[7] = 0x42;
          InetAddress to = TransportAddress.parseIp(host);
          socket.send(new DatagramPacket(request, 20, to, port));
          DatagramPacket answer = new DatagramPacket(new byte[200], 200);
          socket.receive(answer);
          assertThat(answer.getData()[0]).isEqualTo((byte) 1);
          assertThat(answer.getAddress()).isEqualTo(to);
          assertThat(answer.getPort()).isEqualTo(port);
          assertThat(answer.getLength()).isLessThanOrEqualTo(48);
        }
      }
    }
  }

  @Test
  void linksOverIpv6() throws Exception {
    FakeAgent agent = pit.agent(TransportAddress.parse("[::1]:" + pit.address().port()));
    agent.send(ClientFrame.newBuilder().setPing(Ping.newBuilder().setCookie(7)));

    assertThat(agent.next().getPong().getCookie()).isEqualTo(7);
  }

  @Test
  void aClosedConnectionIsSeenAtOnce() throws Exception {
    FakeAgent box = pit.loggedIn(pit.enrolled("box"), "box", Mode.BOX);
    assertThat(online()).containsExactly(true);
    box.channel.close().syncUninterruptibly();

    await().atMost(Duration.ofSeconds(10)).until(() -> online().equals(List.of(false)));
  }

  private List<Boolean> online() {
    return agentViews().stream().map(AgentView::online).toList();
  }

  private List<AgentView> agentViews() {
    CompletableFuture<CoreCommand> answer = new CompletableFuture<>();
    pit.server().ask(CoreInput.AgentsAsked::new, answer::complete);
    return ((CoreCommand.Listed) answer.join()).agents();
  }

  private static ClientFrame mapping(String word) {
    return ClientFrame.newBuilder().setNat(NatReport.newBuilder().setMapping(word)).build();
  }

  private static ClientFrame answer(Offered offered, String sealed) {
    return ClientFrame.newBuilder()
        .setAnswer(
            Answer.newBuilder()
                .setExchange(offered.getExchange())
                .setSealed(ByteString.copyFromUtf8(sealed)))
        .build();
  }

  /** A box whose link hung, so that it came back by another, and then the first comes to life. */
  @Test
  void aSupersededLinkSaysNothingMoreToAnyone() throws Exception {
    LinkKey key = pit.enrolled("box");
    FakeAgent lap = pit.loggedIn(pit.enrolled("lap"), "lap", Mode.VISITOR);
    FakeAgent old = pit.loggedIn(key, "box", Mode.BOX);
    old.send(mapping("endpoint-independent"));
    old.hang();
    FakeAgent newer = pit.loggedIn(key, "box", Mode.BOX);
    newer.send(mapping("address-dependent"));
    lap.send(
        ClientFrame.newBuilder().setOffer(Offer.newBuilder().setName("box").setSealed(bytes(1))));
    Offered offered = newer.next().getOffered();

    // it has not heard yet that it is over, and is read for another second
    ClientFrame ping = ClientFrame.newBuilder().setPing(Ping.newBuilder().setCookie(1)).build();
    old.channel.writeAndFlush(mapping("none")).awaitUninterruptibly();
    old.channel.writeAndFlush(answer(offered, "from the old one")).awaitUninterruptibly();
    // until the other end has read that, and closed
    await().until(() -> !old.channel.writeAndFlush(ping).await().isSuccess());

    newer.send(answer(offered, "from the newer one"));
    assertThat(lap.next().getAnswered().getSealed().toStringUtf8()).isEqualTo("from the newer one");
    assertThat(agentViews())
        .filteredOn(agent -> agent.name().equals("box"))
        .singleElement()
        .satisfies(
            box -> {
              assertThat(box.online()).isTrue();
              assertThat(box.nat().mapping()).isEqualTo("address-dependent");
            });
  }

  @Test
  void stoppingIsTold() throws Exception {
    FakeAgent box = pit.loggedIn(pit.enrolled("box"), "box", Mode.BOX);
    Thread closer = new Thread(pit::stop, "closer");
    closer.start();

    assertThat(box.next().getRefused().getCode()).isEqualTo(RefusalCode.SHUTTING_DOWN);
    closer.join();
  }
}
