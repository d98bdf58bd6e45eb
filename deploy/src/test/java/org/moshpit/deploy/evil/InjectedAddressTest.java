package org.moshpit.deploy.evil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.punch.AddressBudget;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunParse;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.wire.LinkLimits;
import org.moshpit.common.wire.proto.Answered;
import org.moshpit.common.wire.proto.Hinted;
import org.moshpit.common.wire.proto.Observed;
import org.moshpit.common.wire.proto.Offered;
import org.moshpit.common.wire.proto.PeerObserved;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Terminal;

/** A rendezvous that says the peer was seen somewhere else, to have agents shoot at a stranger. */
@Tag("lab")
class InjectedAddressTest {
  /** What an address gets in a minute that only the rendezvous vouches for. */
  private static final int BOUND = AddressBudget.UNCONFIRMED_PER_MINUTE;

  /** The same for all ports of one host. */
  private static final int PER_HOST = AddressBudget.UNCONFIRMED_PER_HOST_PER_MINUTE;

  private static final Duration STORM = Duration.ofSeconds(15);

  /** An address is checked about once a second: without a bound, well beyond it in this time. */
  private static final Duration LONG_STORM = Duration.ofSeconds(25);

  private EvilLab lab;

  @BeforeEach
  void makeLab() throws Exception {
    lab = new EvilLab();
  }

  @AfterEach
  void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  /** Puts these addresses before the real ones in every offer and answer. */
  private void inject(List<TransportAddress> addresses) {
    AtomicLong socket = new AtomicLong();
    lab.evil.bend(
        (to, frame) -> {
          List<Observed> lie = new ArrayList<>();
          addresses.forEach(
              address -> lie.add(EvilLab.observed(socket.incrementAndGet(), address)));
          if (frame.hasOffered()) {
            Offered real = frame.getOffered();
            lie.addAll(real.getObservedList());
            return frame.toBuilder()
                .setOffered(real.toBuilder().clearObserved().addAllObserved(most(lie)))
                .build();
          }
          if (frame.hasAnswered()) {
            Answered real = frame.getAnswered();
            lie.addAll(real.getObservedList());
            return frame.toBuilder()
                .setAnswered(real.toBuilder().clearObserved().addAllObserved(most(lie)))
                .build();
          }
          return frame;
        });
  }

  /** As many as one frame may hold. */
  private static List<Observed> most(List<Observed> all) {
    return all.subList(0, Math.min(all.size(), LinkLimits.MAX_SOCKETS));
  }

  /** Keeps telling both ends for a while that the other one has been seen there. */
  private void storm(List<TransportAddress> addresses, Duration length) {
    long end = System.nanoTime() + length.toNanos();
    AtomicLong socket = new AtomicLong(1000);
    await()
        .atMost(length.plusSeconds(20))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              for (TransportAddress address : addresses) {
                say(address, socket.incrementAndGet());
              }
              return System.nanoTime() > end;
            });
  }

  @Test
  void aThirdPartyGetsAFewChecksAndNothingElse() throws Exception {
    List<ThirdParty> victims = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        victims.add(new ThirdParty(lab.thirdParty()));
      }
      List<TransportAddress> addresses =
          victims.stream()
              .map(v -> TransportAddress.parse(lab.thirdParty() + ":" + v.port()))
              .toList();
      inject(addresses);
      // Without a direct path of their own they go on looking for one as long as they live.
      cutDirectPaths();
      try (Terminal terminal = lab.session()) {
        storm(addresses, LONG_STORM);
        EvilLab.expectEcho(terminal);
        assertThat(lab.told()).doesNotContain("\"direct\"");
        assertThat(EvilLab.exit(terminal)).isZero();
      }
      long all = 0;
      for (ThirdParty victim : victims) {
        for (String from : List.of("laptop", "box")) {
          long count = victim.from(lab.address(from));
          assertThat(count)
              .as("checks from the %s in less than a minute", from)
              .isLessThanOrEqualTo(BOUND);
          all += count;
        }
        for (ThirdParty.Received one : victim.received()) {
          assertIsCheck(one.bytes());
        }
      }
      // If nobody had been aimed at, the bound would show nothing.
      assertThat(all).as("checks at the third party").isPositive();
    } finally {
      victims.forEach(ThirdParty::close);
    }
  }

  /** Ever other ports are still the same host. */
  @Test
  void aThirdPartyIsNotHitOnEverMorePorts() {
    for (String host : List.of("laptop", "box")) {
      lab.lab
          .host(host)
          .rootWithInput(
              "table inet evil {\nchain out {\ntype filter hook output priority 0\nip daddr "
                  + lab.thirdParty()
                  + " counter\n}\n}\n",
              "nft",
              "-f",
              "-");
    }
    cutDirectPaths();
    try (Terminal terminal = lab.session()) {
      AtomicInteger port = new AtomicInteger(10_000);
      long end = System.nanoTime() + STORM.toNanos();
      await()
          .atMost(STORM.plusSeconds(20))
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                say(TransportAddress.parse(lab.thirdParty() + ":" + port.incrementAndGet()), 1);
                // what a hint makes the laptop do begins the checks anew
                lab.evil.tellLaptop(
                    ServerFrame.newBuilder()
                        .setHinted(
                            Hinted.newBuilder()
                                .setRelay(lab.evil.relay())
                                .setSession(lab.evil.session())));
                return System.nanoTime() > end;
              });
      for (String host : List.of("laptop", "box")) {
        int packets = counted(host);
        assertThat(packets).as("from the %s", host).isBetween(1, PER_HOST);
      }
      EvilLab.expectEcho(terminal);
      assertThat(EvilLab.exit(terminal)).isZero();
    }
  }

  private int counted(String host) {
    return Integer.parseInt(
        lab.lab
            .host(host)
            .root("nft", "list", "table", "inet", "evil")
            .replaceFirst("(?s).*counter packets (\\d+).*", "$1"));
  }

  private void say(TransportAddress address, long socket) {
    PeerObserved seen =
        PeerObserved.newBuilder()
            .setRelay(lab.evil.relay())
            .setObserved(EvilLab.observed(socket, address))
            .build();
    lab.evil.tellBox("box", ServerFrame.newBuilder().setPeerObserved(seen));
    lab.evil.tellLaptop(ServerFrame.newBuilder().setPeerObserved(seen));
  }

  /** Except the agents' own search for a router that maps ports, which begins with M-SEARCH. */
  @Test
  void nothingGoesToManyToTheMachineItselfOrNowhere() {
    List<TransportAddress> addresses = new ArrayList<>();
    for (String address :
        List.of(
            "224.0.0.251:5353",
            "239.255.255.250:1900",
            "255.255.255.255:9",
            "127.0.0.1:53",
            "127.8.8.8:111",
            "0.0.0.0:7",
            "169.254.169.254:80",
            "240.0.0.1:9")) {
      addresses.add(TransportAddress.parse(address));
    }
    for (String host : List.of("laptop", "box")) {
      lab.lab
          .host(host)
          .rootWithInput(
              """
              table inet evil {
                chain out {
                  type filter hook output priority 0;
                  ip daddr 239.255.255.250 udp dport 1900 @th,64,32 0x4d2d5345 accept
                  udp dport 5353 ip daddr 224.0.0.0/4 counter
                  ip daddr { 224.0.0.0/4, 255.255.255.255, 0.0.0.0, 169.254.0.0/16, 240.0.0.1 } meta l4proto udp counter
                  ip daddr 127.0.0.0/8 udp dport { 53, 111 } counter
                  udp dport 0 counter
                }
              }
              """,
              "nft",
              "-f",
              "-");
    }
    inject(addresses);
    cutDirectPaths();
    try (Terminal terminal = lab.session()) {
      storm(addresses, STORM);
      EvilLab.expectEcho(terminal);
      for (String host : List.of("laptop", "box")) {
        assertThat(lab.lab.host(host).root("nft", "list", "table", "inet", "evil").split("\n"))
            .filteredOn(line -> line.contains("counter"))
            .hasSize(4)
            .allMatch(line -> line.contains("packets 0 bytes 0"));
      }
      assertThat(EvilLab.exit(terminal)).isZero();
    }
    assertThat(lab.agent().alive()).isTrue();
  }

  /** A port 0 is against the protocol: the agent drops that link, makes another, and goes on. */
  @Test
  void portZeroEndsTheLinkAndNotTheSession() {
    try (Terminal terminal = lab.session()) {
      PeerObserved zero =
          PeerObserved.newBuilder()
              .setRelay(lab.evil.relay())
              .setObserved(
                  EvilLab.observed(1, TransportAddress.parse(lab.thirdParty() + ":1")).toBuilder()
                      .setPort(0))
              .build();
      lab.evil.tellBox("box", ServerFrame.newBuilder().setPeerObserved(zero));
      lab.evil.tellLaptop(ServerFrame.newBuilder().setPeerObserved(zero));
      EvilLab.expectEcho(terminal);
      await().atMost(EvilLab.PATIENCE).until(() -> lab.evil.online("box"));
      EvilLab.expectEcho(terminal);
      assertThat(EvilLab.exit(terminal)).isZero();
    }
  }

  private static void assertIsCheck(byte[] datagram) {
    assertThat(StunParser.parse(datagram)).isInstanceOf(StunParse.Parsed.class);
    StunParse.Parsed parsed = (StunParse.Parsed) StunParser.parse(datagram);
    assertThat(parsed.hasFingerprint()).isTrue();
    assertThat(parsed.message().isBinding(StunClass.REQUEST)).isTrue();
  }

  /** No UDP between the two; what they say to others goes through. */
  private void cutDirectPaths() {
    Host box = lab.lab.box();
    box.rootWithInput(
        "table inet cut {\nchain in {\ntype filter hook input priority 0\nip saddr { "
            + lab.address("laptop")
            + ", "
            + lab.lab.insideAddress("laptop")
            + " } meta l4proto udp drop\n}\n}\n",
        "nft",
        "-f",
        "-");
  }
}
