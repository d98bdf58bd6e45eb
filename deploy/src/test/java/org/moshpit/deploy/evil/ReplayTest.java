package org.moshpit.deploy.evil;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.common.wire.proto.Answered;
import org.moshpit.common.wire.proto.Offered;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.deploy.lab.Terminal;

/** A rendezvous that keeps, repeats and alters what it is given to pass on. */
@Tag("lab")
class ReplayTest {
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

  /** The same offer as a new exchange, from somebody else, over a relay of their own. */
  private void replay(Offered captured, int times) {
    for (int i = 0; i < times; i++) {
      lab.evil.tellBox(
          "box",
          ServerFrame.newBuilder()
              .setOffered(
                  captured.toBuilder()
                      .setExchange(ByteString.copyFrom(EvilRendezvous.random(16)))
                      .setFrom("mallory")
                      .setRelay(100_000 + i)));
    }
  }

  /**
   * The last first: it answers a challenge, which those before it, asked anew at each replay, would
   * push out of what the box remembers.
   */
  private void replay(List<Offered> captured) {
    for (int i = captured.size() - 1; i >= 0; i--) {
      replay(captured.get(i), 20);
    }
  }

  @Test
  void aReplayedOfferStartsNoSecondServerNowOrAfterARestart() {
    try (Terminal first = lab.session()) {
      List<String> servers = lab.moshServers();
      assertThat(servers).hasSize(1);
      assertThat(lab.sessionRecords()).hasSize(1);
      List<Offered> captured = List.copyOf(lab.evil.offered());
      replay(captured);
      // Behind the replays on the same link: when it is served, they have been dealt with.
      try (Terminal second = lab.session()) {
        assertThat(lab.moshServers()).hasSize(2);
        assertThat(EvilLab.exit(second)).isZero();
      }
      EvilLab.expectEcho(first);

      lab.stopBox();
      lab.startBox();
      replay(captured);
      try (Terminal third = lab.session()) {
        assertThat(lab.moshServers()).hasSize(2).containsAll(servers);
        assertThat(lab.sessionRecords()).hasSize(2);
        assertThat(EvilLab.exit(third)).isZero();
      }
    }
  }

  @Test
  void aReplayedAnswerOpensNoSession() {
    try (Terminal first = lab.session()) {
      ByteString old = lastAnswer().getSealed();
      lab.evil.bend(
          (to, frame) ->
              frame.hasAnswered()
                  ? altered(frame, frame.getAnswered().toBuilder().setSealed(old))
                  : frame);
      assertNoSession(lab.refused("box"), "altered on the way");
      EvilLab.expectEcho(first);
    }
  }

  @Test
  void anAlteredAnswerOpensNoSession() {
    lab.evil.bend(
        (to, frame) ->
            frame.hasAnswered()
                ? altered(
                    frame,
                    frame.getAnswered().toBuilder()
                        .setSealed(flip(frame.getAnswered().getSealed())))
                : frame);
    assertNoSession(lab.refused("--host-key", lab.hostKey, "box"), "altered on the way");
  }

  @Test
  void anAlteredOfferReachesNobody() {
    lab.evil.bend(
        (to, frame) ->
            frame.hasOffered()
                ? frame.toBuilder()
                    .setOffered(
                        frame.getOffered().toBuilder()
                            .setSealed(flip(frame.getOffered().getSealed())))
                    .build()
                : frame);
    EvilLab.Ending ending = lab.refused("--host-key", lab.hostKey, "box");
    assertThat(ending.exit()).as(ending.screen()).isEqualTo(10);
    assertThat(lab.evil.offered()).isNotEmpty();
    assertThat(lab.moshServers()).isEmpty();
    assertThat(lab.sessionRecords()).isEmpty();
    assertThat(lab.agent().alive()).isTrue();
  }

  private Answered lastAnswer() {
    return lab.evil.answered().get(lab.evil.answered().size() - 1);
  }

  private void assertNoSession(EvilLab.Ending ending, String word) {
    assertThat(ending.exit()).as(ending.screen()).isEqualTo(1);
    assertThat(ending.screen()).contains(word).doesNotContain("Exception");
    assertThat(lab.told()).doesNotContain("client-started");
  }

  private static ServerFrame altered(ServerFrame frame, Answered.Builder answered) {
    return frame.toBuilder().setAnswered(answered).build();
  }

  /** One bit in the middle. */
  private static ByteString flip(ByteString sealed) {
    byte[] bytes = sealed.toByteArray();
    bytes[bytes.length / 2] ^= 1;
    return ByteString.copyFrom(bytes);
  }
}
