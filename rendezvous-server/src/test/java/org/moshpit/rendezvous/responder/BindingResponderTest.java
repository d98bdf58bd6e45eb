package org.moshpit.rendezvous.responder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.rendezvous.responder.AgentRequests.AGENT;
import static org.moshpit.rendezvous.responder.AgentRequests.ID;
import static org.moshpit.rendezvous.responder.AgentRequests.KEY;
import static org.moshpit.rendezvous.responder.AgentRequests.NOW;
import static org.moshpit.rendezvous.responder.AgentRequests.SOCKET;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.ChangeRequest;
import org.moshpit.common.stun.ErrorCode;
import org.moshpit.common.stun.Fingerprint;
import org.moshpit.common.stun.MessageIntegrity;
import org.moshpit.common.stun.Nonce;
import org.moshpit.common.stun.OtherAddress;
import org.moshpit.common.stun.ResponsePort;
import org.moshpit.common.stun.SocketIdAttribute;
import org.moshpit.common.stun.StunAttribute;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TimeAttribute;
import org.moshpit.common.stun.UnknownAttribute;
import org.moshpit.common.stun.UnknownAttributes;
import org.moshpit.common.stun.Username;
import org.moshpit.common.stun.XorMappedAddress;

class BindingResponderTest {
  private static final TransportAddress V4 = TransportAddress.parse("203.0.113.5:4000");
  private static final TransportAddress V6 = TransportAddress.parse("[2001:db8::5]:4000");
  private static final TransportAddress A = TransportAddress.parse("198.51.100.1:3478");
  private static final TransportAddress B = TransportAddress.parse("198.51.100.2:3478");
  private static final TransportAddress A6 = TransportAddress.parse("[2001:db8:1::1]:3478");

  private final ResponderCounters counters = new ResponderCounters();
  private final BindingResponder responder = responder(A);

  private BindingResponder responder(TransportAddress... listen) {
    return new BindingResponder(
        StunSockets.of(List.of(listen)),
        AgentRequests.keys(),
        AgentRequests.tokens(),
        counters,
        42);
  }

  @Example
  void anAgentGetsItsAddressAndATokenForIt() {
    byte[] request = AgentRequests.sound(64);

    Reply reply = responder.respond(request, V4, 1, NOW);

    Parsed answer = parsed(reply.bytes());
    assertThat(reply.socket()).isEqualTo(1);
    assertThat(answer.verifies(KEY)).isTrue();
    assertThat(answer.hasFingerprint()).isTrue();
    assertThat(answer.message().isBinding(StunClass.SUCCESS)).isTrue();
    assertThat(answer.message().transactionId()).isEqualTo(ID);
    assertThat(answer.message().first(XorMappedAddress.class)).contains(new XorMappedAddress(V4));
    String token = answer.message().first(Nonce.class).orElseThrow().text();
    assertThat(AgentRequests.tokens().verify(token, AGENT, SOCKET, V4, NOW + 1)).isTrue();
    assertThat(answer.message().attributes()).hasSize(2);
    assertCounted(Outcome.AGENT_ANSWERED);
  }

  @Property
  void noAnswerToAnAgentIsLargerThanItsRequest(
      @ForAll @IntRange(max = 200) int padding, @ForAll boolean v6, @ForAll boolean two) {
    BindingResponder some = two ? responder(A, B, A6) : responder(A, A6);
    byte[] request = AgentRequests.sound(padding);

    Reply reply = some.respond(request, v6 ? V6 : V4, v6 ? two ? 4 : 2 : 0, NOW);

    if (reply != null) {
      assertThat(reply.bytes().length).isLessThanOrEqualTo(request.length);
    }
    assertThat(reply == null).isEqualTo(request.length < (v6 ? 112 : 100));
  }

  @Property(tries = 3000)
  void noAnswerToAStrangerIsLargerThan48(
      @ForAll @Size(max = 12) List<@IntRange(max = 0xffff) Integer> types,
      @ForAll boolean fingerprint,
      @ForAll boolean v6) {
    BindingResponder some = responder(A, B, A6);
    List<StunAttribute> attributes =
        types.stream()
            .filter(t -> t != MessageIntegrity.SHA1.type() && t != Username.TYPE)
            .<StunAttribute>map(t -> new UnknownAttribute(t, new byte[4]))
            .toList();
    StunMessage message = new StunMessage(StunClass.REQUEST, StunMessage.BINDING, ID, attributes);
    byte[] request =
        fingerprint ? StunEncoder.encodeWithFingerprint(message) : StunEncoder.encode(message);

    Reply reply = some.respond(request, v6 ? V6 : V4, v6 ? 4 : 0, NOW);

    if (reply != null) {
      assertThat(reply.bytes().length).isLessThanOrEqualTo(BindingResponder.MAX_STRANGER_ANSWER);
    }
  }

  @Property(tries = 3000)
  void garbageIsMetWithSilence(@ForAll @Size(max = 600) byte[] bytes) {
    assertThat(responder.respond(bytes, V4, 0, NOW)).isNull();
  }

  @Property(tries = 3000)
  void noChangedByteOfAnAgentsRequestIsAnsweredAsTheAgents(
      @ForAll @IntRange(max = 159) int at, @ForAll @IntRange(min = 1, max = 255) int change) {
    byte[] request = AgentRequests.sound(64);
    request[at % request.length] ^= (byte) change;

    assertThat(responder.respond(request, V4, 0, NOW)).isNull();
    assertThat(counters.get(Outcome.AGENT_ANSWERED)).isZero();
  }

  @Example
  void anAgentWithABrokenRequestHearsNothing() {
    assertSilence(Outcome.UNKNOWN_AGENT, withUsername("8badf00d00000002"));
    assertSilence(Outcome.UNKNOWN_AGENT, withUsername("8BADF00D00000001"));
    assertSilence(Outcome.UNKNOWN_AGENT, withUsername("ufrag:ufrag"));
    assertSilence(
        Outcome.NOT_AUTHENTIC, StunEncoder.encode(AgentRequests.message(NOW, 64), new byte[32]));
    assertSilence(Outcome.NOT_AUTHENTIC, StunEncoder.encode(AgentRequests.message(NOW, 64)));
    assertSilence(
        Outcome.NOT_AUTHENTIC,
        StunEncoder.encode(AgentRequests.message(NOW, 64), MessageIntegrity.SHA1, KEY, false));
    assertSilence(
        Outcome.INCOMPLETE,
        StunEncoder.encode(
            StunMessage.request(ID, new Username("8badf00d00000001"), new TimeAttribute(NOW)),
            KEY));
    assertSilence(
        Outcome.INCOMPLETE,
        StunEncoder.encode(
            StunMessage.request(
                ID, new Username("8badf00d00000001"), new SocketIdAttribute(SOCKET)),
            KEY));
    assertSilence(
        Outcome.INCOMPLETE,
        StunEncoder.encode(
            AgentRequests.message(NOW, 64, new UnknownAttribute(0x7f00, new byte[0])), KEY));
  }

  @Example
  void aRequestFromAnotherTimeHearsNothing() {
    long edge = BindingResponder.MAX_TIME_OFF_MILLIS;
    for (long time : new long[] {NOW - edge, NOW + edge}) {
      byte[] request = StunEncoder.encode(AgentRequests.message(time, 64), KEY);
      assertThat(responder.respond(request, V4, 0, NOW)).isNotNull();
    }
    for (long time :
        new long[] {NOW - edge - 1, NOW + edge + 1, Long.MIN_VALUE, Long.MAX_VALUE, 0}) {
      assertSilence(Outcome.STALE, StunEncoder.encode(AgentRequests.message(time, 64), KEY));
    }
  }

  @Example
  void aStrangerGetsTheBareAnswer() {
    byte[] request = StunEncoder.encode(StunMessage.request(ID));

    Reply reply = responder.respond(request, V4, 0, NOW);

    assertThat(reply.bytes())
        .hasSize(32)
        .isEqualTo(StunEncoder.encode(StunMessage.success(ID, new XorMappedAddress(V4))));
    assertThat(responder.respond(request, V6, 0, NOW).bytes()).hasSize(44);
    assertCounted(Outcome.STRANGER_ANSWERED);
  }

  @Example
  void aStrangersFingerprintIsReturned() {
    byte[] request = StunEncoder.encodeWithFingerprint(StunMessage.request(ID));

    byte[] answer = responder.respond(request, V4, 0, NOW).bytes();

    assertThat(answer).hasSize(40);
    assertThat(Fingerprint.verify(answer)).isTrue();
  }

  @Example
  void withASecondAddressAStrangerMayAskForADifferentSource() {
    BindingResponder two = responder(A, B);

    Reply plain = two.respond(StunEncoder.encode(StunMessage.request(ID)), V4, 0, NOW);

    assertThat(plain.bytes()).hasSize(44);
    assertThat(parsed(plain.bytes()).message().first(OtherAddress.class))
        .contains(new OtherAddress(TransportAddress.parse("198.51.100.2:3479")));
    assertThat(changed(two, false, true)).isEqualTo(1);
    assertThat(changed(two, true, false)).isEqualTo(2);
    assertThat(changed(two, true, true)).isEqualTo(3);
  }

  @Example
  void withOneAddressOnlyThePortCanChange() {
    assertThat(changed(responder, false, true)).isEqualTo(1);

    Reply reply =
        responder.respond(
            StunEncoder.encode(StunMessage.request(ID, new ChangeRequest(true, false))),
            V4,
            0,
            NOW);

    assertThat(reply.bytes().length).isLessThanOrEqualTo(48);
    assertThat(parsed(reply.bytes()).message())
        .isEqualTo(
            StunMessage.error(
                ID, new ErrorCode(420, ""), new UnknownAttributes(List.of(ChangeRequest.TYPE))));
  }

  @Example
  void anAgentMayAskForTheOtherPortToo() {
    byte[] request =
        StunEncoder.encode(AgentRequests.message(NOW, 64, new ChangeRequest(false, true)), KEY);

    assertThat(responder.respond(request, V4, 1, NOW).socket()).isZero();
  }

  @Example
  void onlyAnAgentMayHaveTheAnswerSentToAnotherPortOfItsOwnAddress() {
    byte[] request =
        StunEncoder.encode(AgentRequests.message(NOW, 36, new ResponsePort(4321)), KEY);

    Reply reply = responder.respond(request, V4, 0, NOW);

    assertThat(reply.destination()).hasToString("203.0.113.5:4321");
    assertThat(reply.bytes().length).isLessThanOrEqualTo(request.length);
    assertThat(responder.respond(AgentRequests.sound(36), V4, 0, NOW).destination()).isEqualTo(V4);

    Reply refused =
        responder.respond(
            StunEncoder.encode(StunMessage.request(ID, new ResponsePort(4321))), V4, 0, NOW);

    assertThat(refused.destination()).isEqualTo(V4);
    assertThat(parsed(refused.bytes()).message().first(UnknownAttributes.class))
        .contains(new UnknownAttributes(List.of(ResponsePort.TYPE)));
  }

  @Example
  void whatAStrangerMayNotAskIsRefusedInAFewBytes() {
    byte[] request =
        StunEncoder.encode(StunMessage.request(ID, new UnknownAttribute(0x0028, new byte[4])));

    assertThat(parsed(responder.respond(request, V4, 0, NOW).bytes()).message())
        .isEqualTo(
            StunMessage.error(ID, new ErrorCode(420, ""), new UnknownAttributes(List.of(0x0028))));
  }

  @Example
  void whatIsNoBindingRequestHearsNothing() {
    for (StunClass type : StunClass.values()) {
      for (int method : new int[] {0, 1, 3, 0xfff}) {
        if (type == StunClass.REQUEST && method == StunMessage.BINDING) {
          continue;
        }
        StunMessage message = new StunMessage(type, method, ID, List.of());
        assertSilence(Outcome.NOT_A_REQUEST, StunEncoder.encode(message));
      }
    }
    byte[] rfc3489 = StunEncoder.encode(StunMessage.request(ID));
    Arrays.fill(rfc3489, 4, 8, (byte) 9);
    assertSilence(Outcome.GARBAGE, rfc3489);
  }

  @Example
  void aStrangersNetworkHasItsShareAndNoMore() {
    byte[] request = StunEncoder.encode(StunMessage.request(ID));
    int answered = 0;
    for (int i = 0; i < 1000; i++) {
      TransportAddress source = TransportAddress.of(new byte[] {(byte) 203, 0, 113, (byte) i}, i);
      answered += responder.respond(request, source, 0, NOW + i) == null ? 0 : 1;
    }
    assertThat(answered).isBetween(60, 80); // a burst of 60, then 20 a second
    assertThat(counters.get(Outcome.RATE_LIMITED)).isEqualTo(1000 - answered);
    assertThat(responder.respond(request, TransportAddress.parse("203.0.114.1:1"), 0, NOW))
        .isNotNull();
    assertThat(responder.respond(AgentRequests.sound(64), V4, 0, NOW)).isNotNull();
  }

  /** One per loop, and the kernel spreads the ports of one source over the loops. */
  @Example
  void respondersOfOneRendezvousShareTheQuotas() {
    AnswerQuotas quotas = new AnswerQuotas(42);
    List<BindingResponder> loops =
        Stream.generate(
                () ->
                    new BindingResponder(
                        StunSockets.of(List.of(A)),
                        AgentRequests.keys(),
                        AgentRequests.tokens(),
                        counters,
                        quotas,
                        new SteppedClock(() -> 0, () -> 0)))
            .limit(4)
            .toList();
    byte[] agents = AgentRequests.sound(64);
    byte[] strangers = StunEncoder.encode(StunMessage.request(ID));
    for (int i = 0; i < 4000; i++) {
      loops.get(i % 4).respond(agents, V4, 0, NOW);
      loops.get(i % 4).respond(strangers, V4, 0, NOW);
    }
    assertThat(counters.get(Outcome.AGENT_ANSWERED)).isEqualTo(1000);
    assertThat(counters.get(Outcome.STRANGER_ANSWERED)).isEqualTo(60);
  }

  /** Who has captured a request may repeat it for ten minutes, in its sender's name. */
  @Example
  void aCapturedRequestIsAnsweredSoOftenAndNoMore() {
    byte[] captured = StunEncoder.encode(AgentRequests.message(NOW, 36, new ResponsePort(53)), KEY);
    int answered = 0;
    for (int i = 0; i < 2000; i++) {
      TransportAddress source = TransportAddress.of(new byte[] {(byte) 203, 0, 113, (byte) i}, 9);
      answered += responder.respond(captured, source, 0, NOW + i / 2) == null ? 0 : 1;
    }
    assertThat(answered).isBetween(1000, 1050); // a burst of 1,000, then 50 a second
    assertThat(counters.get(Outcome.RATE_LIMITED)).isEqualTo(2000 - answered);
    int later = 0;
    for (int i = 0; i < 200; i++) {
      later += responder.respond(captured, V4, 0, NOW + 2000) == null ? 0 : 1;
    }
    assertThat(later).isBetween(45, 55);
    // the agent itself, elsewhere
    TransportAddress elsewhere = TransportAddress.parse("203.0.114.1:4000");
    assertThat(responder.respond(captured, elsewhere, 0, NOW + 2000)).isNotNull();
  }

  /** A network change: a hundred sessions, each asking four servers, and once more a second on. */
  @Example
  void aBoxWithAHundredSessionsIsServedAtOnce() {
    for (int i = 0; i < 800; i++) {
      byte[] request = AgentRequests.sound(36);
      TransportAddress source = new TransportAddress(V4.ip(), 10_000 + i);
      assertThat(responder.respond(request, source, i % 2, NOW + i)).isNotNull();
    }
  }

  @Example
  void anAnswerThatGoesToAnotherPortHasNoToken() {
    byte[] request =
        StunEncoder.encode(AgentRequests.message(NOW, 36, new ResponsePort(4321)), KEY);
    Parsed answer = parsed(responder.respond(request, V4, 0, NOW).bytes());
    assertThat(answer.verifies(KEY)).isTrue();
    assertThat(answer.message().first(XorMappedAddress.class)).contains(new XorMappedAddress(V4));
    assertThat(answer.message().has(Nonce.class)).isFalse();
  }

  @Example
  void aFloodOfSpoofedSourcesLeavesNothingBehind() {
    byte[] bare = StunEncoder.encode(StunMessage.request(ID));
    byte[] stolen = withUsername("8badf00d00000002");
    Random random = new Random(9);
    flood(bare, stolen, random, 20_000);
    long before = usedHeap();

    flood(bare, stolen, random, 300_000);

    assertThat(usedHeap() - before).isLessThan(1 << 20);
  }

  private void flood(byte[] bare, byte[] stolen, Random random, int times) {
    byte[] ip = new byte[16];
    for (int i = 0; i < times; i++) {
      random.nextBytes(ip);
      byte[] spoofed = i % 2 == 0 ? ip : Arrays.copyOf(ip, 4);
      TransportAddress source = TransportAddress.of(spoofed, 1 + random.nextInt(65535));
      Reply reply = responder.respond(i % 3 == 0 ? stolen : bare, source, 0, NOW + i);
      assertThat(reply == null || reply.bytes().length <= 48).isTrue();
    }
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private int changed(BindingResponder some, boolean ip, boolean port) {
    byte[] request = StunEncoder.encode(StunMessage.request(ID, new ChangeRequest(ip, port)));
    return some.respond(request, V4, 0, NOW).socket();
  }

  private static byte[] withUsername(String name) {
    return StunEncoder.encode(
        StunMessage.request(
            ID, new Username(name), new SocketIdAttribute(SOCKET), new TimeAttribute(NOW)),
        KEY);
  }

  private void assertSilence(Outcome outcome, byte[] datagram) {
    long before = counters.get(outcome);
    assertThat(responder.respond(datagram, V4, 0, NOW)).isNull();
    assertThat(counters.get(outcome)).as(outcome.name()).isEqualTo(before + 1);
  }

  private void assertCounted(Outcome outcome) {
    assertThat(counters.get(outcome)).isPositive();
  }

  private static Parsed parsed(byte[] bytes) {
    assertThat(StunParser.parse(bytes)).isInstanceOf(Parsed.class);
    return (Parsed) StunParser.parse(bytes);
  }
}
