package org.moshpit.deploy.nat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.deploy.nat.NatGround.Side;

/**
 * One script of questions to NATs, in the words of RFC 4787. Every question has sockets of its own,
 * so none depends on what another one left behind.
 */
final class NatQuestions {
  /**
   * The steps of what takes time, in lifetimes: refreshed in time, over without that, long over.
   */
  private static final double REFRESH = 0.625;

  private static final double OVER = 1.25;
  private static final double STREAM = 1.75;

  /** A step that takes longer than this much of a lifetime proves nothing. */
  private static final double SLACK = 0.175;

  private static final int TIMELINES = 10;
  private static final int SAMPLES = 32;
  private static final int TTL = 64;
  private static final String COUNTING = "each one more";
  private static final String UNSEEN = "not seen";

  private final NatGround ground;
  private final Map<String, String> answers = new LinkedHashMap<>();
  private final List<Duration> slowest = new ArrayList<>();
  private int insidePort = 5_000;
  private int outsidePort;
  private int words;

  private NatQuestions(NatGround ground) {
    this.ground = ground;
    outsidePort = ground.firstPort();
  }

  /** Every question with its answer, in the order of asking. */
  static Map<String, String> ask(NatGround ground) {
    NatQuestions questions = new NatQuestions(ground);
    questions.mapping();
    questions.numbering();
    questions.filtering();
    questions.anEarlyPacket();
    questions.anEarlyPacketToAKnownPort();
    questions.anEarlyPacketToTheNextPort();
    questions.timeToLive();
    questions.twoHostsWithOnePort();
    questions.hairpin();
    questions.whatTimeDoes();
    questions.reboot();
    return questions.answers;
  }

  // what is asked

  private void mapping() {
    TransportAddress own = inside();
    TransportAddress first = seenAt(own, outside(0));
    answer("mapping: public address", first == null ? UNSEEN : yes(isPublic(first)));
    answer("mapping: port kept", kept(first, own));
    answer("mapping: another port of the server", same(first, seenAt(own, outside(0))));
    answer("mapping: another address", same(first, seenAt(own, outside(1))));
  }

  private boolean isPublic(TransportAddress seen) {
    return seen.ip().equals(ground.publicAddress());
  }

  private void numbering() {
    TransportAddress own = inside();
    List<TransportAddress> seen = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      seen.add(seenAt(own, outside(i % 2)));
    }
    answer("numbering: one socket, many destinations", numbers(seen));
    TransportAddress server = outside(0);
    seen.clear();
    boolean kept = true;
    for (int i = 0; i < SAMPLES; i++) {
      own = inside();
      TransportAddress at = seenAt(own, server);
      kept &= at != null && at.port() == own.port();
      seen.add(at);
    }
    answer("numbering: many sockets, one destination", kept ? "kept" : numbers(seen));
  }

  private static String numbers(List<TransportAddress> seen) {
    if (seen.contains(null)) {
      return UNSEEN;
    }
    int[] ports = seen.stream().mapToInt(TransportAddress::port).toArray();
    int low = ports[0];
    int high = ports[0];
    boolean counting = true;
    for (int i = 1; i < ports.length; i++) {
      low = Math.min(low, ports[i]);
      high = Math.max(high, ports[i]);
      counting &= ports[i] == ports[i - 1] + 1;
    }
    int span = high - low + 1;
    return span == 1
        ? "one port"
        : counting ? COUNTING : span <= 512 ? "within 512" : span > 4096 ? "scattered" : "?";
  }

  private void filtering() {
    TransportAddress own = inside();
    TransportAddress server = outside(0);
    TransportAddress at = seenAt(own, server);
    answer("filter: where it has sent to", arrives(server, at, own));
    answer("filter: another port of the server", arrives(outside(0), at, own));
    answer("filter: another address", arrives(outside(1), at, own));
    TransportAddress silent = inside();
    answer("filter: before it has sent", arrives(outside(0), outer(silent), silent));
  }

  /** Poisoning: the peer's packet is there before the own host's first one. */
  private void anEarlyPacket() {
    TransportAddress own = inside();
    TransportAddress peer = outside(0);
    TransportAddress other = outside(1);
    arrives(peer, outer(own), own);
    TransportAddress at = seenAt(own, peer);
    answer("early packet: port kept towards its sender", kept(at, own));
    answer("early packet: its sender to the port it knows", arrives(peer, outer(own), own));
    answer("early packet: its sender to where it sees us", arrives(peer, at, own));
    answer("early packet: a third one sees what its sender sees", same(at, seenAt(own, other)));
  }

  private void anEarlyPacketToAKnownPort() {
    TransportAddress own = inside();
    TransportAddress server = outside(0);
    TransportAddress peer = outside(1);
    TransportAddress known = seenAt(own, server);
    arrives(peer, known, own);
    TransportAddress at = seenAt(own, peer);
    answer("early packet to a mapping: same towards its sender", same(known, at));
    answer("early packet to a mapping: its sender to the port it knows", arrives(peer, known, own));
    answer("early packet to a mapping: its sender to where it sees us", arrives(peer, at, own));
    TransportAddress third = seenAt(own, outside(0));
    answer("early packet to a mapping: a third one sees the mapping", same(known, third));
    answer("early packet to a mapping: a third one sees what its sender sees", same(at, third));
    answer("early packet to a mapping: the first one sees it", same(known, seenAt(own, server)));
  }

  /** Where ports are counted, a peer can foretell the one it gets, and be there first. */
  private void anEarlyPacketToTheNextPort() {
    if (!answers.containsValue(COUNTING)) {
      return;
    }
    TransportAddress own = inside();
    TransportAddress peer = outside(1);
    TransportAddress last = seenAt(own, outside(0));
    arrives(peer, new TransportAddress(last.ip(), last.port() + 1), own);
    TransportAddress at = seenAt(own, peer);
    int further = at == null ? 0 : at.port() - last.port();
    answer(
        "early packet to the next port: its sender sees",
        at == null ? "nothing" : further == 1 ? "the next" : further == 2 ? "the one after" : "?");
    answer(
        "early packet to the next port: a third one sees us", yes(seenAt(own, outside(0)) != null));
  }

  private void timeToLive() {
    for (int hops : new int[] {ground.nats(), ground.nats() + 1}) {
      TransportAddress own = inside();
      TransportAddress known = seenAt(own, outside(0));
      TransportAddress peer = outside(1);
      if (hops > 0) {
        ground.send(Side.INSIDE, own, peer, hops, "dies" + ++words);
      }
      String where = hops == ground.nats() ? "at the last NAT" : "behind the last NAT";
      answer("a packet that dies " + where + " opens it", arrives(peer, known, own));
    }
  }

  private void twoHostsWithOnePort() {
    for (boolean together : new boolean[] {true, false}) {
      TransportAddress first = inside();
      TransportAddress second = neighbour(first.port());
      TransportAddress server = outside(0);
      seenAt(first, server);
      TransportAddress at = seenAt(second, together ? server : outside(1));
      String where = together ? "the same server" : "another server";
      answer("two hosts with one port, " + where + ": the second keeps it", kept(at, second));
    }
  }

  private void hairpin() {
    TransportAddress first = inside();
    TransportAddress second = neighbour(inside().port());
    TransportAddress at = seenAt(first, outside(0));
    String arrived = UNSEEN;
    if (at != null) {
      String word = word();
      ground.send(Side.INSIDE, second, at, TTL, word);
      arrived = yes(ground.heard(Side.INSIDE, first, word).isPresent());
    }
    answer("hairpin", arrived);
  }

  /** What needs time, all in one go; again if this machine was too slow for it to mean anything. */
  private void whatTimeDoes() {
    for (int i = 0; i < TIMELINES; i++) {
      Map<String, String> found = new Timeline().run();
      if (found != null) {
        answers.putAll(found);
        return;
      }
    }
    throw new AssertionError(
        "this machine is too busy to tell what time does to "
            + ground.publicAddress()
            + ": steps were over after "
            + slowest);
  }

  private final class Timeline {
    final Map<String, String> found = new LinkedHashMap<>();
    final TransportAddress[] own = new TransportAddress[9];
    final TransportAddress[] server = new TransportAddress[9];
    final TransportAddress[] at = new TransportAddress[9];
    boolean late;

    Map<String, String> run() {
      for (int i = 0; i < own.length; i++) {
        own[i] = inside();
        server[i] = outside(0);
      }
      TransportAddress third = outside(1);
      TransportAddress[] peer = {outside(1), outside(1), outside(1), outside(1)};
      ground.startClock();
      for (int i = 0; i < own.length; i++) {
        at[i] = seenAt(own[i], server[i]);
      }
      arrives(peer[0], at[5], own[5]);
      arrives(peer[1], at[6], own[6]);
      arrives(server[7], at[7], own[7]);
      over(0);

      ground.at(time(REFRESH));
      found.put("time: in time, the server gets in", arrives(server[0], at[0], own[0]));
      seenAt(own[2], server[2]);
      arrives(server[3], at[3], own[3]);
      TransportAddress refreshed = seenAt(own[4], third);
      seenAt(own[5], server[5]);
      seenAt(own[6], server[6]);
      arrives(peer[1], at[6], own[6]);
      arrives(peer[2], at[8], own[8]);
      ground.streamLifetime(ground.lifetime().multipliedBy(2));
      seenAt(own[7], server[7]);
      arrives(server[7], at[7], own[7]);
      ground.streamLifetime(ground.lifetime());
      over(REFRESH);

      ground.at(time(OVER));
      found.put("time: when it is over, the server gets in", arrives(server[1], at[1], own[1]));
      found.put("time: refreshed outbound, it gets in", arrives(server[2], at[2], own[2]));
      found.put("time: refreshed inbound, it gets in", arrives(server[3], at[3], own[3]));
      found.put(
          "time: another destination refreshes the mapping",
          same(refreshed, seenAt(own[4], outside(0))));
      found.put(
          "time: another destination refreshes the filter", arrives(server[4], at[4], own[4]));
      found.put("time: poison is over", same(at[5], seenAt(own[5], peer[0])));
      found.put(
          "time: poison refreshed by its sender is over", same(at[6], seenAt(own[6], peer[1])));
      found.put(
          "time: a stranger that got in refreshes the filter for others",
          arrives(peer[3], at[8], own[8]));
      over(OVER);

      ground.at(time(STREAM));
      found.put("time: a flow both ways lives longer", arrives(server[7], at[7], own[7]));
      return late ? null : found;
    }

    private Duration time(double lifetimes) {
      return Duration.ofNanos((long) (lifetimes * ground.lifetime().toNanos()));
    }

    private void over(double step) {
      Duration clock = ground.clock();
      if (clock.compareTo(time(step + SLACK)) > 0) {
        late = true;
        slowest.add(clock);
      }
    }
  }

  private void reboot() {
    TransportAddress own = inside();
    TransportAddress server = outside(0);
    TransportAddress at = seenAt(own, server);
    TransportAddress poisoned = inside();
    TransportAddress peer = outside(1);
    arrives(peer, outer(poisoned), poisoned);
    ground.reboot();
    answer("reboot: the server gets in", arrives(server, at, own));
    answer("reboot: poison stays", no(kept(seenAt(poisoned, peer), poisoned)));
    answer("reboot: port as before", same(at, seenAt(own, server)));
  }

  // how

  private void answer(String question, String answer) {
    answers.put(question, answer);
  }

  private TransportAddress inside() {
    return opened(Side.INSIDE, ground.address(Side.INSIDE, 0), insidePort++);
  }

  private TransportAddress neighbour(int port) {
    return opened(Side.INSIDE, ground.address(Side.INSIDE, 1), port);
  }

  private TransportAddress outside(int which) {
    return opened(Side.OUTSIDE, ground.address(Side.OUTSIDE, which), outsidePort++);
  }

  private TransportAddress opened(Side side, InetAddress ip, int port) {
    TransportAddress address = new TransportAddress(ip, port);
    ground.open(side, address);
    return address;
  }

  /** Where a NAT that keeps ports would show it. */
  private TransportAddress outer(TransportAddress own) {
    return new TransportAddress(ground.publicAddress(), own.port());
  }

  private String word() {
    return "word" + ++words;
  }

  private TransportAddress seenAt(TransportAddress own, TransportAddress server) {
    String word = word();
    ground.send(Side.INSIDE, own, server, TTL, word);
    return ground.heard(Side.OUTSIDE, server, word).orElse(null);
  }

  private String arrives(TransportAddress from, TransportAddress to, TransportAddress own) {
    if (to == null) {
      return UNSEEN;
    }
    String word = word();
    ground.send(Side.OUTSIDE, from, to, TTL, word);
    return yes(ground.heard(Side.INSIDE, own, word).isPresent());
  }

  private static String same(TransportAddress one, TransportAddress other) {
    return one == null || other == null ? UNSEEN : yes(one.equals(other));
  }

  private static String kept(TransportAddress seen, TransportAddress own) {
    return seen == null ? UNSEEN : yes(seen.port() == own.port());
  }

  private static String yes(boolean so) {
    return so ? "yes" : "no";
  }

  private static String no(String answer) {
    return answer.equals("yes") ? "no" : answer.equals("no") ? "yes" : answer;
  }
}
