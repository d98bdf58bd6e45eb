package org.moshpit.deploy.evil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.common.wire.proto.Answered;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Hinted;
import org.moshpit.common.wire.proto.RelayClosed;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.deploy.lab.Terminal;

/** A rendezvous that talks nonsense to both ends of a session: the session outlives it. */
@Tag("lab")
class RelayStormTest {
  private static final int STORM = 2000;
  private static final Duration LONG = Duration.ofSeconds(12);

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

  private void assertUnharmed() {
    assertThat(lab.agent().alive()).isTrue();
    assertThat(lab.agent().output()).doesNotContain("Exception");
    assertThat(lab.moshServers()).hasSize(1);
  }

  @Test
  void garbageOverTheRelayHarmsNothing() {
    Random random = new Random(1);
    try (Terminal terminal = lab.session("--relay=only")) {
      for (int i = 0; i < STORM; i++) {
        byte[] garbage = new byte[1 + random.nextInt(1500)];
        random.nextBytes(garbage);
        Datagram datagram =
            Datagram.newBuilder()
                .setRelay(lab.evil.relay())
                .setPayload(ByteString.copyFrom(garbage))
                .build();
        lab.evil.tellLaptop(ServerFrame.newBuilder().setDatagram(datagram));
        lab.evil.tellBox("box", ServerFrame.newBuilder().setDatagram(datagram));
      }
      EvilLab.expectEcho(terminal);
      assertUnharmed();
      assertThat(EvilLab.exit(terminal)).isZero();
    }
  }

  /** As fast as they come, and for as long that one a second would not be a few. */
  @Test
  void forgedHintsMakeAFewExchangesOnly() {
    try (Terminal terminal = lab.session()) {
      int before = lab.evil.offers().size();
      long begin = System.nanoTime();
      for (int i = 0; i < STORM; i++) {
        hint();
      }
      await()
          .atMost(LONG.plusSeconds(20))
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                hint();
                return System.nanoTime() - begin > LONG.toNanos();
              });
      EvilLab.expectEcho(terminal);
      long seconds = 1 + Duration.ofNanos(System.nanoTime() - begin).toSeconds();
      assertThat(lab.evil.offers().size() - before).isBetween(1, (int) (2 + seconds / 10));
      assertUnharmed();
      assertThat(EvilLab.exit(terminal)).isZero();
    }
  }

  private void hint() {
    for (ByteString session :
        List.of(lab.evil.session(), ByteString.copyFrom(EvilRendezvous.random(16)))) {
      lab.evil.tellLaptop(
          ServerFrame.newBuilder()
              .setHinted(Hinted.newBuilder().setRelay(lab.evil.relay()).setSession(session)));
    }
  }

  @Test
  void forgedEndsOfTheRelayAndForgedAnswersDoNotEndTheSession() {
    try (Terminal terminal = lab.session()) {
      await().atMost(EvilLab.PATIENCE).until(() -> lab.told().contains("\"direct\""));
      RelayClosed closed =
          RelayClosed.newBuilder().setRelay(lab.evil.relay()).setReason("because").build();
      for (int i = 0; i < STORM; i++) {
        lab.evil.tellLaptop(ServerFrame.newBuilder().setRelayClosed(closed));
        lab.evil.tellBox("box", ServerFrame.newBuilder().setRelayClosed(closed));
        lab.evil.tellLaptop(
            ServerFrame.newBuilder()
                .setAnswered(
                    Answered.newBuilder()
                        .setExchange(i)
                        .setRelay(lab.evil.relay())
                        .setSealed(ByteString.copyFrom(EvilRendezvous.random(200)))));
      }
      EvilLab.expectEcho(terminal);
      assertUnharmed();
      assertThat(EvilLab.exit(terminal)).isZero();
    }
  }
}
