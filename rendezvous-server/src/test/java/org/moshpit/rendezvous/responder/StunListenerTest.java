package org.moshpit.rendezvous.responder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.relay.RelayControl;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.ChangeRequest;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.XorMappedAddress;

/** Real sockets on loopback. */
class StunListenerTest {
  private static final int PATIENCE_MILLIS = 10_000;

  private final ResponderCounters counters = new ResponderCounters();
  private final BlockingQueue<byte[]> relayed = new LinkedBlockingQueue<>();
  private final RelayDoor door =
      new RelayDoor(new byte[32], (from, payload) -> relayed.add(payload));
  private EventLoopGroup group;

  @BeforeEach
  void startLoops() {
    group = EventLoops.create("stun-test", 2);
  }

  @AfterEach
  void stopLoops() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void answersAgentsAndStrangersOnBothPorts(String ip) throws IOException {
    try (StunListener listener = listen(literal(ip) + ":0");
        DatagramSocket client = client(ip)) {
      for (TransportAddress server : listener.sockets().addresses()) {
        assertThat(server.port()).isPositive();
        for (byte[] request : requests()) {
          assertThat(ask(client, server, request))
              .isEqualTo(TransportAddress.of((InetSocketAddress) client.getLocalSocketAddress()));
        }
      }
    }
    assertThat(counters.get(Outcome.AGENT_ANSWERED)).isEqualTo(2);
    assertThat(counters.get(Outcome.STRANGER_ANSWERED)).isEqualTo(2);
  }

  @Test
  void aWildcardOfIpv6ServesBothFamilies() throws IOException {
    try (StunListener listener = listen("[::]:0");
        DatagramSocket v4 = client("127.0.0.1");
        DatagramSocket v6 = client("::1")) {
      int port = listener.sockets().addresses().get(0).port();

      assertThat(ask(v4, TransportAddress.parse("127.0.0.1:" + port), requests().get(0)))
          .hasToString("127.0.0.1:" + v4.getLocalPort());
      assertThat(ask(v6, TransportAddress.parse("[::1]:" + port), requests().get(0)))
          .hasToString("[::1]:" + v6.getLocalPort());
    }
  }

  @Test
  void manySourcesAreSpreadOverTheLoopsAndAllAnswered() throws IOException {
    List<DatagramSocket> clients = new ArrayList<>();
    try (StunListener listener = listen("127.0.0.1:0")) {
      TransportAddress server = listener.sockets().addresses().get(0);
      byte[] request = AgentRequests.sound(64);
      for (int i = 0; i < 50; i++) {
        clients.add(client("127.0.0.1"));
      }
      for (DatagramSocket client : clients) {
        client.send(packet(request, server));
        client.send(packet(request, server));
      }
      for (DatagramSocket client : clients) {
        assertThat(receive(client).getPort()).isEqualTo(server.port());
        assertThat(receive(client).getPort()).isEqualTo(server.port());
      }
    } finally {
      clients.forEach(DatagramSocket::close);
    }
    assertThat(counters.get(Outcome.AGENT_ANSWERED)).isEqualTo(100);
  }

  @Test
  void aLoopThatIsStuckIsFoundAndFoundWellAgain() throws Exception {
    try (StunListener listener = listen("127.0.0.1:0")) {
      CountDownLatch hold = new CountDownLatch(1);
      Future<?> held =
          group
              .next()
              .submit(
                  () -> {
                    hold.await();
                    return null;
                  });
      try {
        assertThat(listener.problem(1)).isEmpty();
        assertThat(listener.problem(1 + TimeUnit.SECONDS.toNanos(3)))
            .contains("a STUN loop does not answer");
      } finally {
        hold.countDown();
      }
      held.get();
      await().until(() -> listener.problem(TimeUnit.SECONDS.toNanos(9)).isEmpty());
    }
  }

  @Test
  void anAnswerComesFromTheOtherPortWhereAsked() throws IOException {
    try (StunListener listener = listen("127.0.0.1:0");
        DatagramSocket client = client("127.0.0.1")) {
      List<TransportAddress> both = listener.sockets().addresses();
      StunMessage request = StunMessage.request(AgentRequests.ID, new ChangeRequest(false, true));

      client.send(packet(StunEncoder.encode(request), both.get(0)));

      assertThat(receive(client).getPort()).isEqualTo(both.get(1).port());
    }
  }

  @Test
  void garbageOfAnySizeStopsNothing() throws IOException {
    try (StunListener listener = listen("127.0.0.1:0");
        DatagramSocket client = client("127.0.0.1")) {
      TransportAddress server = listener.sockets().addresses().get(0);
      for (int size : new int[] {0, 1, 19, 20, 1499, 1500, 1501, 9000, 65507}) {
        client.send(packet(new byte[size], server));
      }
      assertThat(ask(client, server, requests().get(0))).isNotNull();
    }
    assertThat(counters.get(Outcome.GARBAGE)).isPositive();
  }

  @Test
  void aPortThatCannotBeHadIsAnErrorAndLeavesNothingBound() throws IOException {
    try (DatagramSocket taken = client("127.0.0.1")) {
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> listen("127.0.0.1:" + port))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("127.0.0.1:" + port);
    }
  }

  /** Behind the garbage is a request: its answer is the first thing that comes back. */
  @Test
  void theRelaysDatagramsGoToTheDoorAndGarbageIsNotAnswered() throws Exception {
    RelayEnd end = new RelayEnd(System.nanoTime(), RelayDoorTest.COOKIE, RelayDoorTest.KEY, 7, 1);
    door.admit(end);
    try (StunListener listener = listen("127.0.0.1:0");
        DatagramSocket client = client("127.0.0.1")) {
      TransportAddress server = listener.sockets().addresses().get(1);
      for (int length : List.of(1, 8, 9, 48, 1499, 1500, 4000)) {
        byte[] garbage = new byte[length];
        Arrays.fill(garbage, (byte) 0x55);
        client.send(packet(garbage, server));
      }
      RelayControl open = RelayControl.open(RelayDoorTest.COOKIE, 1);
      client.send(packet(open.encode(RelayDoorTest.KEY), server));
      RelayControl challenge = control(client);
      assertThat(challenge.kind()).isEqualTo(RelayControl.Kind.CHALLENGE);
      client.send(
          packet(
              open.followedBy(RelayControl.Kind.CONFIRM, challenge.token())
                  .encode(RelayDoorTest.KEY),
              server));
      assertThat(control(client).kind()).isEqualTo(RelayControl.Kind.OPENED);

      client.send(packet(RelayWire.data(RelayDoorTest.COOKIE, new byte[1252]), server));
      assertThat(relayed.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).hasSize(1252);
      end.send(new byte[] {1, 2, 3});
      DatagramPacket back = receive(client);
      assertThat(back.getSocketAddress()).isEqualTo(server.toSocketAddress());
      assertThat(Arrays.copyOf(back.getData(), back.getLength()))
          .isEqualTo(RelayWire.data(RelayDoorTest.COOKIE, new byte[] {1, 2, 3}));
    }
  }

  private static RelayControl control(DatagramSocket client) throws IOException {
    DatagramPacket packet = receive(client);
    return RelayControl.read(
        Arrays.copyOf(packet.getData(), packet.getLength()), RelayDoorTest.KEY);
  }

  private StunListener listen(String... addresses) throws IOException {
    return StunListener.open(
        group,
        StunSockets.of(Arrays.stream(addresses).map(TransportAddress::parse).toList()),
        bound ->
            new BindingResponder(bound, AgentRequests.keys(), AgentRequests.tokens(), counters, 1),
        door,
        () -> AgentRequests.NOW);
  }

  private static List<byte[]> requests() {
    return List.of(
        AgentRequests.sound(64), StunEncoder.encode(StunMessage.request(AgentRequests.ID)));
  }

  private static TransportAddress ask(
      DatagramSocket client, TransportAddress server, byte[] request) throws IOException {
    client.send(packet(request, server));
    DatagramPacket answer = receive(client);
    byte[] bytes = Arrays.copyOf(answer.getData(), answer.getLength());
    assertThat(bytes.length).isLessThanOrEqualTo(Math.max(request.length, 48));
    Parsed parsed = (Parsed) StunParser.parse(bytes);
    return parsed.message().first(XorMappedAddress.class).orElseThrow().address();
  }

  private static DatagramPacket packet(byte[] bytes, TransportAddress to) {
    return new DatagramPacket(bytes, bytes.length, to.toSocketAddress());
  }

  private static DatagramPacket receive(DatagramSocket client) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    client.receive(packet);
    return packet;
  }

  private static DatagramSocket client(String ip) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName(ip));
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static String literal(String ip) {
    return ip.contains(":") ? "[" + ip + "]" : ip;
  }
}
