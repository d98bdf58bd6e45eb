package org.moshpit.agent.portmap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

class PortMapMachineTest {
  private static final SocketId QUERY = new SocketId(100);
  private static final SocketId ONE = new SocketId(1);
  private static final SocketId TWO = new SocketId(2);
  private static final InetAddress LOCAL = TransportAddress.parseIp("192.168.1.21");
  private static final InetAddress ROUTER = TransportAddress.parseIp("192.168.1.1");
  private static final InetAddress OUTER = TransportAddress.parseIp("12.0.2.2");
  private static final TransportAddress SERVER = new TransportAddress(ROUTER, 5351);
  private static final TransportAddress SSDP = new TransportAddress(ROUTER, 1900);
  private static final Gateway GATEWAY = new Gateway(QUERY, LOCAL, ROUTER);
  private static final String LOCATION = "http://192.168.1.1:5000/desc.xml";

  // Near the point where nanoTime runs over: only differences may count.
  private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(100);
  private PortMapMachine machine = new PortMapMachine(new Random(7));
  private final List<Transmit> sent = new ArrayList<>();
  private final List<PortMapOut> said = new ArrayList<>();
  private final List<PortMapOut> learnt = new ArrayList<>();
  private long epoch = 1000;

  @BeforeEach
  void begin() {
    in(new PortMapIn.Gateways(List.of(GATEWAY)));
    assertThat(sent).isEmpty();
  }

  private void in(PortMapIn event) {
    machine.handle(now, event);
    drain();
  }

  private void drain() {
    for (Transmit t = machine.pollTransmit(); t != null; t = machine.pollTransmit()) {
      assertThat(t.socket()).isEqualTo(QUERY);
      assertThat(t.destination()).isIn(SERVER, SSDP, Ssdp.GROUP);
      sent.add(t);
    }
    for (PortMapOut o = machine.pollEvent(); o != null; o = machine.pollEvent()) {
      (o instanceof PortMapOut.KnowledgeChanged ? learnt : said).add(o);
    }
  }

  /** Lets time pass, with every deadline on the way. */
  private void pass(long millis) {
    long until = now + TimeUnit.MILLISECONDS.toNanos(millis);
    epoch += millis / 1000;
    long next = machine.nextDeadline();
    while (next != Machine.NO_DEADLINE && next - until <= 0) {
      now = next - now > 0 ? next : now;
      machine.handleTimeout(now);
      drain();
      next = machine.nextDeadline();
    }
    now = until;
  }

  private void want(SocketId socket, int port) {
    in(new PortMapIn.Wanted(socket, new TransportAddress(LOCAL, port)));
  }

  private void hear(TransportAddress from, byte[] datagram) {
    in(new PortMapIn.Received(QUERY, from, datagram));
  }

  private List<PortMapOut> said() {
    List<PortMapOut> all = List.copyOf(said);
    said.clear();
    return all;
  }

  /** The payloads sent to the PCP and NAT-PMP port that begin so, since the last look. */
  private List<byte[]> taken(int version, int length) {
    List<byte[]> found =
        sent.stream()
            .filter(t -> t.destination().equals(SERVER))
            .map(Transmit::payload)
            .filter(p -> p[0] == version && p.length == length)
            .toList();
    sent.removeIf(t -> found.contains(t.payload()));
    return found;
  }

  private List<byte[]> pcp() {
    return taken(2, 60);
  }

  private static int lifetime(byte[] request) {
    return ByteBuffer.wrap(request).getInt(request.length == 60 ? 4 : 8);
  }

  private byte[] pcpAnswer(byte[] request, int result, int lifetime, InetAddress outer, int port) {
    byte[] answer = request.clone();
    ByteBuffer out = ByteBuffer.wrap(answer);
    out.put(1, (byte) 0x81).put(3, (byte) result).putInt(4, lifetime).putInt(8, (int) epoch);
    out.putLong(12, 0).putInt(20, 0).putShort(42, (short) port);
    byte[] ip = outer.getAddress();
    if (ip.length == 4) {
      out.putLong(44, 0).putInt(52, 0xffff).put(56, ip);
    } else {
      out.put(44, ip);
    }
    return answer;
  }

  private byte[] addressAnswer(InetAddress outer) {
    return ByteBuffer.allocate(12)
        .putShort((short) 128)
        .putShort((short) 0)
        .putInt((int) epoch)
        .put(outer.getAddress())
        .array();
  }

  private byte[] portAnswer(int inner, int outer, int lifetime) {
    return ByteBuffer.allocate(16)
        .putShort((short) 129)
        .putShort((short) 0)
        .putInt((int) epoch)
        .putShort((short) inner)
        .putShort((short) outer)
        .putInt(lifetime)
        .array();
  }

  private static byte[] ssdpAnswer() {
    return ("HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n"
            + "LOCATION: "
            + LOCATION
            + "\r\n\r\n")
        .getBytes(US_ASCII);
  }

  private PortMapOut.Mapped mapped(SocketId socket, int port, PortMappingProtocol by) {
    return new PortMapOut.Mapped(socket, new TransportAddress(OUTER, port), by);
  }

  private void mapByPcp(SocketId socket, int port, int lease) {
    want(socket, port);
    hear(SERVER, pcpAnswer(pcp().get(0), 0, lease, OUTER, port));
    assertThat(said()).containsExactly(mapped(socket, port, PortMappingProtocol.PCP));
  }

  @Test
  void allProtocolsAreAskedAtOnceAndAgainAfter250MillisecondsThenDoubled() {
    long begin = now;
    want(ONE, 60001);
    List<Long> pcp = new ArrayList<>(List.of(0L));
    assertThat(pcp()).hasSize(1);
    assertThat(taken(0, 2)).hasSize(1);
    assertThat(sent).extracting(Transmit::destination).containsExactly(Ssdp.GROUP, SSDP);
    for (int i = 0; i < 100; i++) {
      pass(250);
      pcp().forEach(p -> pcp.add(TimeUnit.NANOSECONDS.toMillis(now - begin)));
    }
    assertThat(pcp).containsExactly(0L, 250L, 750L, 1750L, 3750L);
    assertThat(taken(0, 2)).hasSize(4);
    assertThat(sent).hasSize(10); // five searches, two datagrams each
    assertThat(said()).isEmpty();
  }

  @Test
  void aSilentRouterIsAskedAgainAQuarterOfAnHourLaterAndAtOnceWhenTheNetworkChanges() {
    want(ONE, 60001);
    pass(60_000);
    assertThat(pcp()).hasSize(5);
    want(TWO, 60002);
    assertThat(pcp()).isEmpty();
    pass(15 * 60_000);
    assertThat(pcp()).hasSize(10);
    in(new PortMapIn.Gateways(List.of(GATEWAY)));
    assertThat(pcp()).hasSize(2);
  }

  @Test
  void pcpGrantsAndNobodyElseIsAskedForThePort() {
    mapByPcp(ONE, 60001, 600);
    hear(SERVER, addressAnswer(OUTER));
    hear(SSDP, ssdpAnswer());
    pass(5_000);
    assertThat(taken(0, 12)).isEmpty();
    assertThat(said()).isEmpty();
  }

  @Test
  void natPmpServesWhereItIsAlone() {
    want(ONE, 60001);
    hear(SERVER, new byte[] {0, 0, 0, 1, 0, 0, 0, 9}); // RFC 6886 §3.5, to PCP's request
    hear(SERVER, addressAnswer(OUTER));
    assertThat(taken(0, 12)).hasSize(1);
    hear(SERVER, portAnswer(60001, 61000, 600));
    assertThat(said()).containsExactly(mapped(ONE, 61000, PortMappingProtocol.NAT_PMP));
    pass(10_000); // PCP might answer yet
    sent.clear();
    pass(289_000);
    assertThat(sent).isEmpty();
    pass(1_000);
    assertThat(taken(0, 12)).hasSize(1);
    assertThat(taken(0, 2)).hasSize(1);
    hear(SERVER, addressAnswer(TransportAddress.parseIp("12.0.2.9")));
    assertThat(said())
        .containsExactly(
            new PortMapOut.Mapped(
                ONE, TransportAddress.parse("12.0.2.9:61000"), PortMappingProtocol.NAT_PMP));
  }

  @Test
  void upnpServesWhereItIsAlone() {
    want(ONE, 60001);
    hear(SSDP, ssdpAnswer());
    assertThat(said()).isEmpty(); // the others have a head start
    pass(100);
    PortMapOut.AskUpnp ask = (PortMapOut.AskUpnp) said().get(0);
    assertThat(ask.request().location()).hasToString(LOCATION);
    assertThat(ask.request().client()).isEqualTo(LOCAL);
    assertThat(ask.request().innerPort()).isEqualTo(60001);
    assertThat(ask.request().outerPort()).isEqualTo(60001);
    assertThat(ask.request().leaseSeconds()).isEqualTo(600);
    in(new PortMapIn.UpnpAnswered(ask.call(), new UpnpResult.Taken()));
    PortMapOut.AskUpnp again = (PortMapOut.AskUpnp) said().get(0);
    int other = again.request().outerPort();
    assertThat(other).isNotEqualTo(60001).isBetween(1024, 65535);
    in(new PortMapIn.UpnpAnswered(ask.call(), new UpnpResult.Mapped(OUTER)));
    assertThat(said()).isEmpty(); // an old answer
    in(new PortMapIn.UpnpAnswered(again.call(), new UpnpResult.Mapped(OUTER)));
    assertThat(said()).containsExactly(mapped(ONE, other, PortMappingProtocol.UPNP));
    pass(301_000);
    PortMapOut.AskUpnp renewal = (PortMapOut.AskUpnp) said().get(0);
    assertThat(renewal.request()).isEqualTo(again.request());
    in(new PortMapIn.UpnpAnswered(renewal.call(), new UpnpResult.Mapped(OUTER)));
    in(new PortMapIn.Released(ONE));
    PortMapOut.AskUpnp release = (PortMapOut.AskUpnp) said().get(0);
    assertThat(release.request()).isEqualTo(again.request().released());
    in(new PortMapIn.Close());
    assertThat(said()).isEmpty();
    in(new PortMapIn.UpnpAnswered(release.call(), new UpnpResult.Unmapped()));
    assertThat(said()).containsExactly(new PortMapOut.Closed());
  }

  @Test
  void aUpnpCallThatTakesTooLongHasFailedAndAMappingThatComesTooLateIsGivenBack() {
    want(ONE, 60001);
    hear(SSDP, ssdpAnswer());
    pass(100);
    PortMapOut.AskUpnp ask = (PortMapOut.AskUpnp) said().get(0);
    in(new PortMapIn.Released(ONE));
    in(new PortMapIn.UpnpAnswered(ask.call(), new UpnpResult.Mapped(OUTER)));
    PortMapOut.AskUpnp release = (PortMapOut.AskUpnp) said().get(0);
    assertThat(release.request().leaseSeconds()).isZero();
    pass(8_000);
    want(TWO, 60002);
    pass(100);
    assertThat(((PortMapOut.AskUpnp) said().get(0)).request().innerPort()).isEqualTo(60002);
  }

  @Test
  void aLeaseIsRenewedAtHalfAndThenAtHalfOfWhatIsLeft() {
    mapByPcp(ONE, 60001, 600);
    long begin = now;
    List<Long> seconds = new ArrayList<>();
    byte[] last = null;
    for (int i = 0; i < 599; i++) {
      pass(1000);
      List<byte[]> asked = pcp();
      if (!asked.isEmpty()) {
        last = asked.get(0);
        seconds.add(TimeUnit.NANOSECONDS.toSeconds(now - begin));
      }
    }
    assertThat(seconds).contains(300L, 450L, 525L).doesNotContain(299L, 310L);
    assertThat(seconds.get(0)).isEqualTo(300L);
    assertThat(said()).isEmpty();
    pass(2000);
    assertThat(said()).extracting(o -> o.getClass().getSimpleName()).containsExactly("Lost");
    assertThat(last).isNotNull();
    hear(SERVER, pcpAnswer(last, 0, 600, OUTER, 60001));
    assertThat(said()).containsExactly(mapped(ONE, 60001, PortMappingProtocol.PCP));
  }

  @Test
  void aRenewalThatIsAnsweredChangesNothing() {
    mapByPcp(ONE, 60001, 120);
    for (int i = 0; i < 20; i++) {
      pass(60_000);
      List<byte[]> asked = pcp();
      assertThat(asked).as("minute %d", i).hasSize(1);
      // it asks for what it has
      assertThat(Arrays.copyOfRange(asked.get(0), 56, 60)).isEqualTo(OUTER.getAddress());
      hear(SERVER, pcpAnswer(asked.get(0), 0, 120, OUTER, 60001));
    }
    assertThat(said()).isEmpty();
  }

  @Test
  void whatIsReleasedIsGivenBackAtOnce() {
    mapByPcp(ONE, 60001, 600);
    in(new PortMapIn.Released(ONE));
    List<byte[]> farewell = pcp();
    assertThat(farewell).hasSize(1);
    assertThat(lifetime(farewell.get(0))).isZero();
    sent.clear();
    pass(3_600_000);
    assertThat(sent).isEmpty();
  }

  @Test
  void alsoWhatWasAskedForAndNotAnsweredYet() {
    want(ONE, 60001);
    hear(SERVER, addressAnswer(OUTER));
    pcp();
    taken(0, 12);
    in(new PortMapIn.Close());
    assertThat(pcp()).singleElement().satisfies(p -> assertThat(lifetime(p)).isZero());
    assertThat(taken(0, 12)).singleElement().satisfies(p -> assertThat(lifetime(p)).isZero());
    assertThat(said()).containsExactly(new PortMapOut.Closed());
  }

  @Test
  void aRouterThatBeganAnewIsAskedForEverythingAgain() {
    mapByPcp(ONE, 60001, 600);
    pass(200_000);
    mapByPcp(TWO, 60002, 600);
    pass(101_000);
    byte[] renewal = pcp().get(0);
    epoch = 3; // rebooted
    hear(SERVER, pcpAnswer(renewal, 0, 600, OUTER, 60001));
    pass(1);
    assertThat(pcp())
        .singleElement()
        .satisfies(p -> assertThat(ByteBuffer.wrap(p).getShort(40)).isEqualTo((short) 60002));
  }

  @Test
  void aRouterThatBeginsAnewWithEveryAnswerDoesNotKeepUsAsking() {
    mapByPcp(ONE, 60001, 600);
    mapByPcp(TWO, 60002, 600);
    pass(300_000);
    int asked = 0;
    for (int i = 0; i < 1000; i++) {
      for (byte[] request : pcp()) {
        asked++;
        epoch = epoch == 3 ? 90_000 : 3;
        hear(SERVER, pcpAnswer(request, 0, 600, OUTER, ByteBuffer.wrap(request).getShort(40)));
      }
      pass(10);
    }
    assertThat(asked).isBetween(3, 8);
  }

  @ParameterizedTest
  @CsvSource({
    "192.168.7.7, 60001, 600",
    "10.0.0.1, 60001, 600",
    "127.0.0.1, 60001, 600",
    "224.0.0.1, 60001, 600",
    "0.0.0.0, 60001, 600",
    "255.255.255.255, 60001, 600",
    "169.254.1.1, 60001, 600",
    "2001:db8::1, 60001, 600",
    "12.0.2.2, 0, 600",
    "12.0.2.2, 60001, 9"
  })
  void whatLeadsNowhereIsGivenBack(String outer, int port, int lease) {
    want(ONE, 60001);
    byte[] request = pcp().get(0);
    hear(SERVER, pcpAnswer(request, 0, lease, TransportAddress.parseIp(outer), port));
    assertThat(said()).isEmpty();
    assertThat(pcp()).singleElement().satisfies(p -> assertThat(lifetime(p)).isZero());
    pass(60_000);
    assertThat(pcp()).isEmpty();
  }

  @Test
  void aPrivateOuterAddressByNatPmpIsNotAskedForAPort() {
    want(ONE, 60001);
    hear(SERVER, addressAnswer(TransportAddress.parseIp("192.168.7.9")));
    pass(60_000);
    assertThat(taken(0, 12)).isEmpty();
  }

  /** It leads somewhere for those behind the same NAT; whether the peer is, others find out. */
  @Test
  void anAddressWithinACarriersNetworkIsTold() {
    TransportAddress outer = TransportAddress.parse("100.64.3.4:60001");
    want(ONE, 60001);
    hear(SERVER, pcpAnswer(pcp().get(0), 0, 600, outer.ip(), outer.port()));
    assertThat(said()).containsExactly(new PortMapOut.Mapped(ONE, outer, PortMappingProtocol.PCP));
  }

  @Test
  void onlyTheRouterIsHeardAndOnlyWhatWasAskedFor() {
    want(ONE, 60001);
    byte[] answer = pcpAnswer(pcp().get(0), 0, 600, OUTER, 60001);
    byte[] otherNonce = answer.clone();
    otherNonce[24]++;
    hear(SERVER, otherNonce);
    hear(TransportAddress.parse("192.168.1.2:5351"), answer);
    hear(TransportAddress.parse("192.168.1.1:5352"), answer);
    hear(TransportAddress.parse("192.168.1.2:1900"), ssdpAnswer());
    hear(TransportAddress.parse("192.168.1.2:5351"), addressAnswer(OUTER));
    hear(SERVER, portAnswer(60001, 60001, 600));
    in(new PortMapIn.Received(ONE, SERVER, answer));
    pass(200);
    assertThat(said()).isEmpty();
    hear(SERVER, answer);
    assertThat(said()).hasSize(1);
    hear(SERVER, pcpAnswer(answer, 0, 600, OUTER, 7)); // nothing is asked any more
    assertThat(said()).isEmpty();
  }

  /** NAT-PMP proves nothing: what it says must not undo what PCP's nonce would prove. */
  @Test
  void whoeverSaysThatTheRouterSpeaksNatPmpOnlyCannotKeepPcpFromAnswering() {
    want(ONE, 60001);
    want(TWO, 60002);
    List<byte[]> asked = pcp();
    hear(SERVER, new byte[] {0, 0, 0, 1, 0, 0, 0, 9});
    want(new SocketId(3), 60003);
    assertThat(pcp()).isEmpty();
    hear(SERVER, pcpAnswer(asked.get(0), 0, 600, OUTER, 60001));
    hear(SERVER, pcpAnswer(asked.get(1), 0, 600, OUTER, 60002));
    assertThat(said())
        .containsExactly(
            mapped(ONE, 60001, PortMappingProtocol.PCP),
            mapped(TWO, 60002, PortMappingProtocol.PCP));
    // it does speak PCP: so who was not asked for meanwhile is, now
    assertThat(pcp()).hasSize(1);
  }

  @Test
  void aRefusalByNatPmpIsHeardOnlyWhileItIsAsked() {
    mapByPcp(ONE, 60001, 600);
    pass(20_000); // NAT-PMP's request for the address is over
    learnt.clear();
    hear(SERVER, new byte[] {0, (byte) 128, 0, 2, 0, 0, 0, 9});
    hear(SERVER, new byte[] {0, 0, 0, 1, 0, 0, 0, 9});
    assertThat(learnt).isEmpty();
  }

  @Test
  void aRefusalIsNotAskedAgainSoon() {
    want(ONE, 60001);
    hear(SERVER, pcpAnswer(pcp().get(0), 2, 1800, OUTER, 0));
    pass(60_000);
    want(TWO, 60002);
    assertThat(pcp()).isEmpty();
  }

  @Test
  void anotherRouterKnowsNothingOfTheMapping() {
    mapByPcp(ONE, 60001, 600);
    InetAddress other = TransportAddress.parseIp("192.168.1.254");
    machine.handle(now, new PortMapIn.Gateways(List.of(new Gateway(QUERY, LOCAL, other))));
    assertThat(machine.pollTransmit().destination().ip()).isEqualTo(other);
    PortMapOut first = machine.pollEvent();
    assertThat(first).isInstanceOf(PortMapOut.Lost.class);
  }

  @Test
  void withoutADefaultGatewayOnItsInterfaceASocketIsNotAskedFor() {
    in(new PortMapIn.Wanted(ONE, TransportAddress.parse("10.9.9.9:60001")));
    in(new PortMapIn.Wanted(TWO, TransportAddress.parse("[2001:db8::1]:60001")));
    pass(3_600_000);
    assertThat(sent).isEmpty();
    in(new PortMapIn.Released(ONE));
    in(new PortMapIn.Released(new SocketId(77)));
  }

  @Property(tries = 300)
  void garbageDoesNoHarm(
      @ForAll @Size(max = 24) List<@Size(max = 80) byte[]> garbage, @ForAll long seed) {
    machine = new PortMapMachine(new Random(seed));
    sent.clear();
    said.clear();
    in(new PortMapIn.Gateways(List.of(GATEWAY)));
    want(ONE, 60001);
    Random random = new Random(seed);
    for (byte[] bytes : garbage) {
      if (bytes.length > 1 && random.nextBoolean()) {
        bytes[0] = (byte) (random.nextBoolean() ? 2 : 0);
        bytes[1] = (byte) (0x80 + random.nextInt(3));
      }
      hear(random.nextBoolean() ? SERVER : SSDP, bytes);
      pass(random.nextInt(400));
    }
    pass(60_000);
    assertThat(said).noneMatch(o -> o instanceof PortMapOut.AskUpnp);
    assertThat(sent).hasSizeLessThan(40);
  }
}
