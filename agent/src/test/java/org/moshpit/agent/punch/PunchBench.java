package org.moshpit.agent.punch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.CandidateType;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.candidates.LocalCandidates;
import org.moshpit.agent.candidates.Priorities;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.IceControlled;
import org.moshpit.common.stun.IceControlling;
import org.moshpit.common.stun.Priority;
import org.moshpit.common.stun.StunAttribute;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.Username;
import org.moshpit.common.stun.XorMappedAddress;

/** One punch machine with a clock, and a peer made by hand. */
final class PunchBench {
  static final SocketId SOCKET = new SocketId(0);
  static final TransportAddress BASE = TransportAddress.parse("192.168.1.10:4000");
  static final TransportAddress MAPPED = TransportAddress.parse("203.0.113.1:4000");
  static final TransportAddress PEER = TransportAddress.parse("203.0.113.2:5000");
  static final TransportAddress PEER_LAN = TransportAddress.parse("192.168.2.20:5000");
  static final IceCredentials OURS = new IceCredentials("ours", "our+password+1234567890");
  static final IceCredentials THEIRS = new IceCredentials("them", "their+password+1234567890");

  /** What the machine sent, and when, in milliseconds since the beginning. */
  record Sent(long millis, TransportAddress to, int ttl, StunMessage message, byte[] bytes) {}

  final PunchMachine machine;
  final LocalCandidates locals = new LocalCandidates(DestinationRules.STANDARD);
  final List<Sent> sent = new ArrayList<>();
  final List<PunchOut> events = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private long now = Long.MAX_VALUE - 1000;
  private final long start = now;

  PunchBench(IceRole role, int openerTtl) {
    this(role, openerTtl, budget());
  }

  PunchBench(IceRole role, int openerTtl, AddressBudget budget) {
    machine =
        new PunchMachine(
            new PunchConfig(role, openerTtl, DestinationRules.STANDARD), OURS, random, budget);
  }

  /** Of a session that is an agent's only one. */
  static AddressBudget budget() {
    return new AddressBudget(BulkLimits.standard().strangers());
  }

  /** With one socket behind a NAT. */
  PunchBench withSocket() {
    handle(new PunchIn.Local(locals.host(SOCKET, BASE)));
    handle(new PunchIn.Local(locals.reflexive(SOCKET, MAPPED).orElseThrow()));
    return this;
  }

  /** With the peer described at these addresses, private ones as host candidates. */
  PunchBench withPeer(long startDelayMillis, TransportAddress... addresses) {
    handle(
        new PunchIn.Remote(
            description(addresses), TimeUnit.MILLISECONDS.toNanos(startDelayMillis), List.of()));
    return this;
  }

  static IceDescription description(TransportAddress... addresses) {
    List<Candidate> candidates = new ArrayList<>();
    for (TransportAddress address : addresses) {
      boolean host = DestinationRules.isPrivate(address.ip());
      CandidateType type = host ? CandidateType.HOST : CandidateType.SERVER_REFLEXIVE;
      int preference = 60_000 - candidates.size();
      candidates.add(
          new Candidate(
              type, address, Priorities.candidate(type, preference), "f" + candidates.size()));
    }
    return new IceDescription(THEIRS.ufrag(), THEIRS.pwd(), candidates, 1);
  }

  void handle(PunchIn event) {
    machine.handle(now, event);
    drain();
  }

  /** Lets time pass, timer by timer. */
  void pass(long millis) {
    long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
    while (Deadlines.isDue(machine.nextDeadline(), end)) {
      now = Deadlines.later(now, machine.nextDeadline());
      machine.handleTimeout(now);
      drain();
    }
    now = end;
    machine.handleTimeout(now);
    drain();
  }

  /** The process stood still: all timers come at once, late. */
  void standStill(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
    machine.handleTimeout(now);
    drain();
  }

  private void drain() {
    for (Transmit out = machine.pollTransmit(); out != null; out = machine.pollTransmit()) {
      long millis = TimeUnit.NANOSECONDS.toMillis(now - start);
      StunMessage message = parse(out.payload()).message();
      sent.add(new Sent(millis, out.destination(), out.ttl(), message, out.payload()));
    }
    for (PunchOut out = machine.pollEvent(); out != null; out = machine.pollEvent()) {
      events.add(out);
    }
  }

  static StunParse.Parsed parse(byte[] bytes) {
    return (StunParse.Parsed) StunParser.parse(bytes);
  }

  Sent last() {
    return sent.get(sent.size() - 1);
  }

  List<Sent> requests() {
    return sent.stream().filter(s -> s.message().type() == StunClass.REQUEST).toList();
  }

  // the peer

  TransactionId id() {
    return TransactionId.random(random);
  }

  /** A check of the peer, signed with our password. */
  byte[] check(TransactionId id, StunAttribute... more) {
    List<StunAttribute> attributes =
        new ArrayList<>(List.of(new Username("ours:them"), new Priority(12345)));
    attributes.addAll(Arrays.asList(more));
    return StunEncoder.encode(
        new StunMessage(StunClass.REQUEST, StunMessage.BINDING, id, attributes), key(OURS));
  }

  byte[] check(StunAttribute... more) {
    return check(id(), more);
  }

  static StunAttribute controlling() {
    return new IceControlling(1);
  }

  static StunAttribute controlled() {
    return new IceControlled(1);
  }

  /** The right answer to what was sent. */
  static byte[] answer(Sent request, TransportAddress mapped) {
    return StunEncoder.encode(
        StunMessage.success(request.message().transactionId(), new XorMappedAddress(mapped)),
        key(THEIRS));
  }

  void receive(TransportAddress from, byte[] bytes) {
    handle(new PunchIn.Stun(SOCKET, from, parse(bytes)));
  }

  static byte[] key(IceCredentials credentials) {
    return credentials.pwd().getBytes(StandardCharsets.US_ASCII);
  }

  <T extends PunchOut> List<T> events(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
