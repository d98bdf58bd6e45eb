package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.CandidateType;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.IceControlling;
import org.moshpit.common.stun.Priority;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.Username;
import org.moshpit.testkit.StunBytes;

/** Whatever arrives from a stranger: nothing thrown, nothing believed, never more out than in. */
class PathFuzzTest {
  private static final SocketId SOCKET = new SocketId(0);
  private static final TransportAddress STRANGER = TransportAddress.parse("198.51.100.66:666");
  private static final String PWD = "their+password+1234567890";

  /** A box with its peer described, so that every branch for datagrams is open. */
  private static PathMachine machine() {
    PathMachine machine =
        new PathMachine(
            new PathConfig(IceRole.CONTROLLED, RelayPolicy.AUTO, BulkLimits.standard()),
            new SplittableRandom(1));
    machine.handle(0, new PathIn.RelayUp());
    machine.handle(0, new PathIn.SocketOpened(SOCKET, TransportAddress.parse("192.168.1.10:4000")));
    machine.handle(
        0, new PathIn.ServerReflexive(SOCKET, TransportAddress.parse("203.0.113.1:4000")));
    Candidate candidate =
        new Candidate(
            CandidateType.HOST, TransportAddress.parse("203.0.113.2:5000"), 1_000_000, "1");
    machine.handle(
        0, new PathIn.PeerDescribed(new IceDescription("them", PWD, List.of(candidate), 1), 100));
    drain(machine, new HashMap<>());
    return machine;
  }

  private static boolean drain(PathMachine machine, Map<TransportAddress, Integer> bytes) {
    boolean toApp = false;
    for (Transmit out = machine.pollTransmit(); out != null; out = machine.pollTransmit()) {
      bytes.merge(out.destination(), out.payload().length, Integer::sum);
    }
    for (PathOut out = machine.pollEvent(); out != null; out = machine.pollEvent()) {
      toApp |= out instanceof PathOut.ToApp;
    }
    return toApp;
  }

  private static void strangerGetsNothing(List<byte[]> datagrams) {
    PathMachine machine = machine();
    Map<TransportAddress, Integer> sent = new HashMap<>();
    boolean believed = false;
    long now = 0;
    for (byte[] datagram : datagrams) {
      machine.handle(now, new PathIn.Datagram(SOCKET, STRANGER, datagram));
      machine.handle(now, new PathIn.Datagram(new SocketId(9), STRANGER, datagram));
      believed |= drain(machine, sent);
      now += 700_000_000L;
      machine.handleTimeout(now);
      believed |= drain(machine, sent);
    }
    assertThat(believed).isFalse();
    assertThat(sent).doesNotContainKey(STRANGER);
  }

  /** Over the relay likewise: what is not the peer's is never answered. */
  @Property
  void garbageOverTheRelay(@ForAll("stunLike") @Size(max = 20) List<byte[]> datagrams) {
    PathMachine machine = machine();
    for (byte[] datagram : datagrams) {
      machine.handle(0, new PathIn.FromRelay(datagram));
    }
    for (PathOut out = machine.pollEvent(); out != null; out = machine.pollEvent()) {
      assertThat(out).isInstanceOf(PathOut.ToApp.class);
    }
  }

  @Property
  void randomBytes(@ForAll @Size(max = 20) List<byte[]> datagrams) {
    strangerGetsNothing(datagrams);
  }

  @Property
  void whatLooksLikeStun(@ForAll("stunLike") @Size(max = 20) List<byte[]> datagrams) {
    strangerGetsNothing(datagrams);
  }

  @Provide
  Arbitrary<List<byte[]>> stunLike() {
    Arbitrary<byte[]> bodies = Arbitraries.bytes().array(byte[].class).ofMaxSize(80);
    Arbitrary<Integer> types = Arbitraries.of(0x0001, 0x0011, 0x0101, 0x0111, 0x0003);
    Arbitrary<Boolean> fingerprints = Arbitraries.of(true, false);
    return Combinators.combine(bodies, types, fingerprints).as(PathFuzzTest::stun).list();
  }

  private static byte[] stun(byte[] body, int type, boolean fingerprint) {
    byte[] header = StunEncoder.encodeWithFingerprint(StunMessage.request(new TransactionId(1, 2)));
    int padded = (body.length + 3) & ~3;
    byte[] all = new byte[20 + padded];
    System.arraycopy(header, 0, all, 0, 20);
    System.arraycopy(body, 0, all, 20, body.length);
    all[0] = (byte) (type >> 8);
    all[1] = (byte) type;
    all[2] = (byte) (padded >> 8);
    all[3] = (byte) padded;
    if (fingerprint && padded >= 8) {
      ByteBuffer.wrap(all, all.length - 8, 8).putShort((short) 0x8028).putShort((short) 4);
      StunBytes.sealed(all);
    }
    return all;
  }

  /** Right names, right fingerprint, no or a wrong password; bit flips of what would be right. */
  @Test
  void almostAuthenticChecks() {
    PathMachine reference = machine();
    IceDescription ours = reference.localDescription();
    StunMessage check =
        StunMessage.request(
            new TransactionId(3, 4),
            new Username(ours.ufrag() + ":them"),
            new Priority(1),
            new IceControlling(5));
    byte[] right = StunEncoder.encode(check, ours.pwd().getBytes(StandardCharsets.US_ASCII));
    List<byte[]> almost = new ArrayList<>();
    almost.add(StunEncoder.encode(check));
    almost.add(StunEncoder.encodeWithFingerprint(check));
    almost.add(StunEncoder.encode(check, PWD.getBytes(StandardCharsets.US_ASCII)));
    for (int bit = 0; bit < right.length * 8; bit++) {
      byte[] flipped = right.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      almost.add(flipped);
    }
    strangerGetsNothing(almost);

    Map<TransportAddress, Integer> sent = new HashMap<>();
    reference.handle(0, new PathIn.Datagram(SOCKET, STRANGER, right));
    drain(reference, sent);
    assertThat(sent).as("the right one is answered, so the test tests").containsKey(STRANGER);
  }

  /** An old check of a generation that has ended is nothing any more. */
  @Test
  void aLateCheckOfAnOldGenerationIsDropped() {
    PathMachine machine = machine();
    IceDescription old = machine.localDescription();
    machine.handle(1, new PathIn.PeerDescribed(new IceDescription("thex", PWD, List.of(), 2), 100));
    assertThat(machine.localDescription().ufrag()).isNotEqualTo(old.ufrag());
    drain(machine, new HashMap<>());
    Map<TransportAddress, Integer> sent = new HashMap<>();
    for (String name : List.of("them", "thex")) {
      StunMessage check =
          StunMessage.request(
              new TransactionId(3, 4), new Username(old.ufrag() + ":" + name), new Priority(1));
      machine.handle(
          2,
          new PathIn.Datagram(
              SOCKET,
              STRANGER,
              StunEncoder.encode(check, old.pwd().getBytes(StandardCharsets.US_ASCII))));
      drain(machine, sent);
    }
    assertThat(sent).doesNotContainKey(STRANGER);
  }

  /**
   * Mosh's own datagrams may look like STUN up to the FINGERPRINT; from strangers they are lost.
   */
  @Property
  void noDatagramOfAStrangerReachesTheApplication(@ForAll @Size(max = 5) List<byte[]> datagrams) {
    PathMachine relayOnly =
        new PathMachine(
            new PathConfig(IceRole.CONTROLLING, RelayPolicy.ONLY, BulkLimits.standard()),
            new SplittableRandom(1));
    for (byte[] datagram : datagrams) {
      relayOnly.handle(0, new PathIn.Datagram(SOCKET, STRANGER, datagram));
      assertThat(drain(relayOnly, new HashMap<>())).isFalse();
    }
  }
}
