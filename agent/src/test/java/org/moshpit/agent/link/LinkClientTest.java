package org.moshpit.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.LinkProof;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.Boxes;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Enrolled;
import org.moshpit.common.wire.proto.Hello;
import org.moshpit.common.wire.proto.ListBoxes;
import org.moshpit.common.wire.proto.Login;
import org.moshpit.common.wire.proto.LoginAgain;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.RefusalCode;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;
import org.moshpit.testkit.FreePort;

class LinkClientTest {
  private static final LinkKey KEY = LinkKey.generate(new SecureRandom());
  private static final LinkPurpose.LogIn DEN = new LinkPurpose.LogIn("den", Mode.BOX);

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final Ears ears = new Ears();
  private FakeRendezvous pit;

  /** Writes everything down. */
  private static final class Ears implements LinkClient.Listener {
    final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

    @Override
    public void up(Welcome welcome) {
      heard.add(welcome);
    }

    @Override
    public void enrolled(Enrolled enrolled) {
      heard.add(enrolled);
    }

    @Override
    public void frame(ServerFrame frame) {
      heard.add(frame);
    }

    @Override
    public void down(LinkFailure failure) {
      heard.add(failure);
    }

    <T> T next(Class<T> type) throws InterruptedException {
      Object next = heard.poll(20, TimeUnit.SECONDS);
      assertThat(next).isInstanceOf(type);
      return type.cast(next);
    }
  }

  @BeforeEach
  void start() throws Exception {
    pit = new FakeRendezvous();
  }

  @AfterEach
  void stop() {
    pit.close();
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private LinkClient open(Rendezvous rendezvous, LinkPurpose purpose) {
    return LinkClient.open(
        loop, rendezvous, LinkPreparation.start(rendezvous, () -> KEY), purpose, ears);
  }

  /** Opens it and sends in the same turn of the loop, before anything can have come in. */
  private LinkClient opened(Supplier<LinkClient> opening, List<ClientFrame> first)
      throws Exception {
    Callable<LinkClient> work =
        () -> {
          LinkClient client = opening.get();
          first.forEach(client::send);
          return client;
        };
    return loop.submit(work).get();
  }

  private static ClientFrame list(long request) {
    return ClientFrame.newBuilder().setList(ListBoxes.newBuilder().setRequest(request)).build();
  }

  private static ClientFrame datagram(int relay) {
    return ClientFrame.newBuilder()
        .setDatagram(
            Datagram.newBuilder().setRelay(relay).setPayload(ByteString.copyFrom(new byte[1200])))
        .build();
  }

  @Test
  void logsInWithAProofOverTheKeyItWasShown() throws Exception {
    LinkClient client = open(pit.address(), DEN);
    Welcome welcome = ears.next(Welcome.class);
    assertThat(welcome.getName()).isEqualTo("den");
    assertThat(client.isUp()).isTrue();
    assertThat(client.remote()).hasToString("127.0.0.1:" + pit.port());
    assertThat(client.rttMillis()).isBetween(1L, 10_000L);
    assertThat(pit.received().get(0).getLogin().getMode()).isEqualTo(Mode.BOX);
  }

  @Test
  void whatIsSentBeforeTheLoginFollowsItWithoutWaitingForTheWelcome() throws Exception {
    pit.script((channel, frame) -> frame.hasLogin());
    LinkClient client =
        opened(() -> open(pit.address(), DEN), List.of(list(1), list(2), datagram(3)));
    await().until(() -> pit.received().size() == 4);
    assertThat(pit.received().stream().map(ClientFrame::getBodyCase))
        .containsExactly(
            ClientFrame.BodyCase.LOGIN,
            ClientFrame.BodyCase.LIST,
            ClientFrame.BodyCase.LIST,
            ClientFrame.BodyCase.DATAGRAM);
    assertThat(pit.received().get(1).getList().getRequest()).isEqualTo(1);
    assertThat(client.isUp()).isFalse();
  }

  /** A nonce to take once, and what is kept for later. */
  private static final class OneNonce implements ReturnNonce {
    private final BlockingQueue<byte[]> nonces = new LinkedBlockingQueue<>();

    OneNonce(byte[] nonce) {
      nonces.add(nonce);
    }

    @Override
    public Optional<byte[]> take() {
      return Optional.ofNullable(nonces.poll());
    }

    @Override
    public void keep(byte[] nonce) {
      nonces.add(nonce);
    }
  }

  private LinkClient openWith(ReturnNonce nonce) {
    return LinkClient.open(
        loop, pit.address(), LinkPreparation.start(pit.address(), () -> KEY, nonce), DEN, ears);
  }

  private static ServerFrame.Builder welcome(byte[] nonce) {
    return ServerFrame.newBuilder()
        .setWelcome(
            Welcome.newBuilder()
                .setName("den")
                .setRegistration(FakeRendezvous.registration())
                .setReturnNonce(ByteString.copyFrom(nonce)));
  }

  @Test
  void aReturnNonceSavesTheWaitForTheGreeting() throws Exception {
    byte[] nonce = new byte[LinkProof.NONCE_LENGTH];
    nonce[0] = 7;
    byte[] next = new byte[LinkProof.NONCE_LENGTH];
    next[0] = 8;
    Hello hello = pit.hello();
    pit.hello(null);
    pit.script(
        (channel, frame) -> {
          if (frame.hasList()) {
            // only after the login and what came with it does this rendezvous greet
            FakeRendezvous.send(channel, ServerFrame.newBuilder().setHello(hello));
            FakeRendezvous.send(channel, welcome(next));
          }
          return true;
        });
    OneNonce nonces = new OneNonce(nonce);
    LinkClient client = opened(() -> openWith(nonces), List.of(list(1)));
    ears.next(Welcome.class);

    Login login = pit.received().get(0).getLogin();
    assertThat(login.getReturnNonce().toByteArray()).isEqualTo(nonce);
    assertThat(
            LinkKey.verify(
                KEY.publicKey(),
                LinkProof.bytes(LinkProof.Purpose.LOGIN, nonce, pit.pin(), "den"),
                login.getSignature().toByteArray()))
        .isTrue();
    assertThat(pit.received()).hasSize(2);
    assertThat(nonces.take()).hasValue(next);
    assertThat(client.isUp()).isTrue();
  }

  @Test
  void aReturnNonceNotKnownCostsNothingThatWasSaid() throws Exception {
    Hello hello = pit.hello();
    // greets only after the early login: a client whose key is ready too late would make none
    pit.hello(null);
    pit.script(
        (channel, frame) -> {
          if (frame.hasLogin() && !frame.getLogin().getReturnNonce().isEmpty()) {
            pit.hello(hello);
            FakeRendezvous.send(channel, ServerFrame.newBuilder().setHello(hello));
            FakeRendezvous.send(
                channel, ServerFrame.newBuilder().setLoginAgain(LoginAgain.getDefaultInstance()));
            return true;
          }
          return false;
        });
    OneNonce nonce = new OneNonce(new byte[LinkProof.NONCE_LENGTH]);
    LinkClient client = opened(() -> openWith(nonce), List.of(list(1), datagram(3)));
    ears.next(Welcome.class);
    loop.execute(() -> client.send(list(2)));
    await().until(() -> pit.received().size() == 6);
    assertThat(pit.received().stream().map(ClientFrame::getBodyCase))
        .containsExactly(
            ClientFrame.BodyCase.LOGIN,
            ClientFrame.BodyCase.LIST,
            ClientFrame.BodyCase.LOGIN,
            ClientFrame.BodyCase.LIST,
            ClientFrame.BodyCase.DATAGRAM,
            ClientFrame.BodyCase.LIST);
    assertThat(pit.received().get(3).getList().getRequest()).isEqualTo(1);
  }

  @Test
  void nobodyMayAskForALoginThatWasNotEarly() throws Exception {
    pit.script(
        (channel, frame) -> {
          FakeRendezvous.send(
              channel, ServerFrame.newBuilder().setLoginAgain(LoginAgain.getDefaultInstance()));
          return true;
        });
    open(pit.address(), DEN);
    ears.next(LinkFailure.NotRendezvous.class);
  }

  @Test
  void framesOfALinkThatIsUpReachTheListener() throws Exception {
    pit.script(
        (channel, frame) -> {
          if (frame.hasList()) {
            FakeRendezvous.send(
                channel, ServerFrame.newBuilder().setBoxes(Boxes.newBuilder().setRequest(7)));
          }
          return false;
        });
    LinkClient client = open(pit.address(), DEN);
    ears.next(Welcome.class);
    loop.execute(() -> client.send(list(7)));
    assertThat(ears.next(ServerFrame.class).getBoxes().getRequest()).isEqualTo(7);
  }

  @Test
  void enrolls() throws Exception {
    open(pit.address(), new LinkPurpose.EnrollAs("cave", pit.joinUrl().token()));
    assertThat(ears.next(Enrolled.class).getName()).isEqualTo("cave");
    assertThat(pit.received().get(0).getEnroll().getToken().toByteArray()).isEqualTo(new byte[16]);
  }

  @Test
  void anotherKeyThanThePinnedIsRefusedBeforeAnythingIsSaid() throws Exception {
    open(
        new Rendezvous(
            new HostPort("127.0.0.1", pit.port()),
            List.of(SpkiPin.ofHash(new byte[32])),
            List.of()),
        DEN);
    LinkFailure.WrongPin failure = ears.next(LinkFailure.WrongPin.class);
    assertThat(failure.presented()).isEqualTo(pit.pin().toString());
    assertThat(pit.received()).isEmpty();
  }

  @Test
  void withoutAPinASelfSignedCertificateDoesNotVerify() throws Exception {
    open(new Rendezvous(new HostPort("localhost", pit.port()), List.of(), List.of()), DEN);
    ears.next(LinkFailure.Untrusted.class);
    assertThat(pit.received()).isEmpty();
  }

  @Test
  void deadAndWrongAddressesDoNotKeepItFromTheRightOne() throws Exception {
    try (FakeRendezvous other = new FakeRendezvous()) {
      Rendezvous withDeadEnds =
          new Rendezvous(
              new HostPort("127.0.0.1", FreePort.next()),
              List.of(pit.pin()),
              List.of(
                  new HostPort("127.0.0.1", other.port()),
                  new HostPort("no-such-host.invalid", 9),
                  new HostPort("127.0.0.1", pit.port())));
      LinkClient client = open(withDeadEnds, DEN);
      ears.next(Welcome.class);
      assertThat(client.remote().port()).isEqualTo(pit.port());
      assertThat(other.received()).isEmpty();
    }
  }

  @Test
  void anAddressThatAcceptsAndSaysNothingIsOvertaken() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Rendezvous first =
          new Rendezvous(
              new HostPort("127.0.0.1", silent.getLocalPort()),
              List.of(pit.pin()),
              List.of(new HostPort("127.0.0.1", pit.port())));
      LinkClient client = open(first, DEN);
      ears.next(Welcome.class);
      assertThat(client.remote().port()).isEqualTo(pit.port());
    }
  }

  @Test
  void nobodyThereIsUnreachable() throws Exception {
    open(
        new Rendezvous(new HostPort("127.0.0.1", FreePort.next()), List.of(pit.pin()), List.of()),
        DEN);
    assertThat(ears.next(LinkFailure.Unreachable.class).why()).isEqualTo("connection refused");
  }

  @Test
  void aNameThatDoesNotResolveIsUnreachableByName() throws Exception {
    open(
        new Rendezvous(new HostPort("no-such-host.invalid", 1), List.of(pit.pin()), List.of()),
        DEN);
    assertThat(ears.next(LinkFailure.Unreachable.class).why())
        .isEqualTo("the name no-such-host.invalid is not known");
  }

  @Test
  void aServerOfAnotherKindIsNoRendezvous() throws Exception {
    try (ServerSocket http = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread server =
          new Thread(
              () -> {
                try (Socket client = http.accept()) {
                  client
                      .getOutputStream()
                      .write(
                          "HTTP/1.1 400 Bad Request\r\n\r\n"
                              .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                  client.getOutputStream().flush();
                  while (client.getInputStream().read() >= 0) {
                    // until the other end closes
                  }
                } catch (java.io.IOException e) {
                  return;
                }
              });
      server.start();
      open(
          new Rendezvous(
              new HostPort("127.0.0.1", http.getLocalPort()), List.of(pit.pin()), List.of()),
          DEN);
      ears.next(LinkFailure.NotRendezvous.class);
      server.join();
    }
  }

  @Test
  void noVersionInCommonIsOneSentenceAndNoLogin() throws Exception {
    pit.hello(pit.hello().toBuilder().setVersionMin(7).setVersionMax(9).build());
    open(pit.address(), DEN);
    LinkFailure.VersionMismatch failure = ears.next(LinkFailure.VersionMismatch.class);
    assertThat(failure.sentence()).contains("upgrade the agent");
    assertThat(pit.received()).isEmpty();
  }

  @Test
  void anOlderRendezvousIsToldFromANewer() throws Exception {
    pit.hello(pit.hello().toBuilder().setVersionMin(0).setVersionMax(0).build());
    open(pit.address(), DEN);
    assertThat(ears.next(LinkFailure.VersionMismatch.class).sentence())
        .contains("upgrade rendezvous-server");
  }

  @ParameterizedTest
  @EnumSource(
      value = RefusalCode.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNRECOGNIZED"})
  void aRefusalComesWithItsCode(RefusalCode code) throws Exception {
    pit.script(
        (channel, frame) -> {
          FakeRendezvous.refuse(channel, code, "because");
          return true;
        });
    open(pit.address(), DEN);
    LinkFailure.Refused refused = ears.next(LinkFailure.Refused.class);
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.detail()).isEqualTo("because");
  }

  @Test
  void theOffsetOfTheClocksIsLearnt() throws Exception {
    long ahead = TimeUnit.DAYS.toMillis(1);
    pit.hello(pit.hello().toBuilder().setTimeMillis(System.currentTimeMillis() + ahead).build());
    LinkClient client = open(pit.address(), DEN);
    ears.next(Welcome.class);
    assertThat(client.clock().aheadMillis()).isBetween(ahead - 60_000, ahead + 1_000);
  }

  @Test
  void aLinkThatBreaksIsLostAndTakesNothingMore() throws Exception {
    LinkClient client = open(pit.address(), DEN);
    ears.next(Welcome.class);
    pit.dropAll();
    ears.next(LinkFailure.Lost.class);
    assertThat(loop.submit(() -> client.send(list(1))).get()).isFalse();
    assertThat(client.isUp()).isFalse();
  }

  @Test
  void aProbeOfALiveLinkFindsItAliveAndOfADeadOneDead() throws Exception {
    LinkClient client = open(pit.address(), DEN);
    ears.next(Welcome.class);
    loop.execute(() -> client.probe(600));
    await().until(() -> pit.received().stream().anyMatch(ClientFrame::hasPing));
    pit.answerPings(false);
    loop.execute(() -> client.probe(600));
    assertThat(ears.next(LinkFailure.Lost.class).why()).isEqualTo("it fell silent");
  }

  @Test
  void aProbeHasEightRoundTrips() {
    assertThat(LinkClient.probeMillis(1_500, 0)).isEqualTo(1_500);
    assertThat(LinkClient.probeMillis(1_500, 400)).isEqualTo(3_200);
    assertThat(LinkClient.probeMillis(600, 60_000)).isEqualTo(5_000);
  }

  @Test
  void datagramsOfAFullLinkPushTheOldestOutAndTheNewestArrive() throws Exception {
    LinkClient client = open(pit.address(), DEN);
    ears.next(Welcome.class);
    int count = 20_000;
    loop.submit(
            () -> {
              for (int i = 1; i <= count; i++) {
                client.send(datagram(i));
              }
            })
        .get();
    await().until(() -> last(pit.received()).getDatagram().getRelay() == count);
    assertThat(pit.received().size()).isLessThan(count);
  }

  private static ClientFrame last(List<ClientFrame> frames) {
    return frames.get(frames.size() - 1);
  }

  @Test
  void aFrameBeforeTheWelcomeAndGarbageEndTheLink() throws Exception {
    pit.script(
        (channel, frame) -> {
          FakeRendezvous.send(channel, ServerFrame.newBuilder().setBoxes(Boxes.newBuilder()));
          return true;
        });
    open(pit.address(), DEN);
    assertThat(ears.next(LinkFailure.NotRendezvous.class).why())
        .isEqualTo("a frame before the welcome");
    pit.script(
        (channel, frame) -> {
          // Below the codec, so that it leaves as it is, inside TLS.
          channel
              .pipeline()
              .context(FrameCodec.class)
              .writeAndFlush(channel.alloc().buffer().writeBytes(new byte[] {0, 0, 0}));
          return true;
        });
    open(pit.address(), DEN);
    assertThat(ears.next(LinkFailure.NotRendezvous.class).why()).contains("frame length");
  }

  @Test
  void closedByItsOwnerItTellsNothing() throws Exception {
    LinkClient client = open(pit.address(), DEN);
    ears.next(Welcome.class);
    loop.submit(client::close).get();
    await().until(() -> pit.open() == 0);
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void worksOnAnyEventLoop() throws Exception {
    EventLoopGroup nio = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      LinkClient client =
          LinkClient.open(
              nio.next(),
              pit.address(),
              LinkPreparation.start(pit.address(), () -> KEY),
              DEN,
              ears);
      ears.next(Welcome.class);
      assertThat(client.rttMillis()).isPositive();
    } finally {
      nio.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @Test
  void aLinkKeyThatCannotBeReadIsToldAsSuch() throws Exception {
    LinkClient.open(
        loop,
        pit.address(),
        LinkPreparation.start(
            pit.address(),
            () -> {
              throw new java.io.IOException("gone");
            }),
        DEN,
        ears);
    assertThat(ears.next(LinkFailure.NoKey.class).cause()).hasMessage("gone");
  }
}
