package org.moshpit.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.agent.session.Fixtures.SECOND;
import static org.moshpit.agent.session.Fixtures.WALL;
import static org.moshpit.agent.session.Fixtures.filled;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.session.Freshness.Verdict;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.seal.OfferStatement;

class FreshnessTest {
  private static final SshPublicKey ANN = new TestKey().publicKey;
  private static final SshPublicKey BOB = new TestKey().publicKey;
  private static final long WINDOW = 120_000;
  private final Freshness freshness = new Freshness(WINDOW, Fixtures.random(1));
  private long now = 5;
  private int nonces;

  private void start(long wall) {
    freshness.clock(now, wall);
  }

  /** A clock that was set long ago and is right. */
  private void settled() {
    start(WALL - 600_000);
    pass(600);
  }

  private void pass(long seconds) {
    now += seconds * SECOND;
  }

  private OfferStatement said(long time) {
    return said(time, ++nonces, new byte[0]);
  }

  private static OfferStatement said(long time, int nonce, byte[] challenge) {
    byte[] bytes = ByteBuffer.allocate(32).putInt(nonce).array();
    return new OfferStatement(
        new byte[] {1},
        filled(32, 1),
        filled(32, 1),
        "attic",
        "ann",
        filled(32, 1),
        time,
        bytes,
        filled(16, 1),
        challenge,
        filled(32, 1));
  }

  private Verdict judge(OfferStatement said) {
    return freshness.settle(now, said, ANN);
  }

  @Test
  void theWindowHasSharpEdges() {
    settled();
    assertThat(judge(said(WALL - WINDOW))).isEqualTo(Verdict.FRESH);
    assertThat(judge(said(WALL - WINDOW - 1))).isEqualTo(Verdict.STALE);
    assertThat(judge(said(WALL + WINDOW))).isEqualTo(Verdict.FRESH);
    assertThat(judge(said(WALL + WINDOW + 1))).isEqualTo(Verdict.STALE);
  }

  @Test
  void withoutAClockEverythingIsStale() {
    assertThat(judge(said(WALL))).isEqualTo(Verdict.STALE);
  }

  @Test
  void forOneWindowAfterTheStartEverythingIsStale() {
    start(WALL);
    assertThat(judge(said(WALL + 1000))).isEqualTo(Verdict.STALE);
    pass(120);
    assertThat(judge(said(WALL + WINDOW))).isEqualTo(Verdict.STALE);
    pass(1);
    assertThat(judge(said(WALL + WINDOW + 1000))).isEqualTo(Verdict.FRESH);
  }

  @Test
  void whatCouldHaveBeenCapturedBeforeAStepBackStaysStale() {
    settled();
    OfferStatement captured = said(WALL + 60_000);
    assertThat(judge(captured)).isEqualTo(Verdict.FRESH);
    pass(600);
    // The clock jumps back ten minutes; the nonce is long forgotten, and the time fits again.
    freshness.clock(now, WALL);
    pass(60);
    assertThat(judge(captured)).isEqualTo(Verdict.STALE);
    pass(119);
    assertThat(judge(said(WALL + 179_000))).isEqualTo(Verdict.STALE);
    // Other offers of an order that was forgotten meanwhile may have been kept back as well.
    pass(541 + 300);
    assertThat(judge(said(WALL + 720_000 + 300_000))).isEqualTo(Verdict.STALE);
    assertThat(judge(said(WALL + 720_000 + 300_001))).isEqualTo(Verdict.FRESH);
  }

  @Test
  void aStepForwardAsAfterSleepIsAChallengeForOneWindow() {
    settled();
    freshness.clock(now, WALL + 3_600_000);
    assertThat(judge(said(WALL + 3_600_000))).isEqualTo(Verdict.STALE);
    pass(121);
    assertThat(judge(said(WALL + 3_721_000))).isEqualTo(Verdict.FRESH);
  }

  @Test
  void smallCorrectionsAreNoStepUntilTheyAddUp() {
    settled();
    for (int i = 1; i <= 7; i++) {
      freshness.clock(now, WALL - i * 4_000L);
      assertThat(judge(said(WALL))).isEqualTo(Verdict.FRESH);
    }
    freshness.clock(now, WALL - 32_000);
    assertThat(judge(said(WALL))).isEqualTo(Verdict.STALE);
  }

  @Test
  void aNonceIsTakenOncePerKeyForAsLongAsItsTimePasses() {
    settled();
    OfferStatement once = said(WALL + WINDOW);
    assertThat(judge(once)).isEqualTo(Verdict.FRESH);
    for (int i = 0; i < 24; i++) {
      assertThat(judge(once)).isEqualTo(Verdict.REPLAYED);
      pass(10);
    }
    pass(60);
    assertThat(judge(once)).isEqualTo(Verdict.STALE);
    assertThat(freshness.settle(now, said(WALL + 300_000, 9_999, new byte[0]), BOB))
        .isEqualTo(Verdict.FRESH);
  }

  @Test
  void aStatementFromTheFutureDoesNotRipen() {
    settled();
    OfferStatement early = said(WALL + 600_000);
    assertThat(judge(early)).isEqualTo(Verdict.STALE);
    pass(600);
    assertThat(judge(early)).isEqualTo(Verdict.STALE);
    // Nor do others of the same order, which are made within five minutes.
    pass(300);
    assertThat(judge(said(WALL + 900_000))).isEqualTo(Verdict.STALE);
    assertThat(judge(said(WALL + 900_001))).isEqualTo(Verdict.FRESH);
  }

  @Test
  void aFullNonceCacheChallengesAndForgetsNothing() {
    settled();
    OfferStatement first = said(WALL);
    assertThat(judge(first)).isEqualTo(Verdict.FRESH);
    for (int i = 1; i < Freshness.NONCES_PER_KEY; i++) {
      assertThat(judge(said(WALL))).isEqualTo(Verdict.FRESH);
    }
    OfferStatement tooMany = said(WALL);
    assertThat(judge(tooMany)).isEqualTo(Verdict.STALE);
    assertThat(judge(first)).isEqualTo(Verdict.REPLAYED);
    assertThat(freshness.settle(now, said(WALL), BOB)).isEqualTo(Verdict.FRESH);
    assertThat(freshness.held()).isEqualTo(2 + Freshness.NONCES_PER_KEY + 1);
    // There is room again, but not for what was challenged.
    pass(280);
    assertThat(judge(said(WALL + 280_000))).isEqualTo(Verdict.FRESH);
    assertThat(judge(tooMany)).isEqualTo(Verdict.STALE);
    assertThat(freshness.held()).isLessThan(10);
  }

  @Test
  void aChallengeIsGoodOnceForItsKeyAndForOneWindow() {
    settled();
    byte[] challenge = freshness.challenge(now, ANN);
    OfferStatement answer = said(0, 1, challenge);
    assertThat(freshness.settle(now, answer, BOB)).isEqualTo(Verdict.STALE);
    assertThat(judge(answer)).isEqualTo(Verdict.FRESH);
    assertThat(judge(answer)).isEqualTo(Verdict.STALE);

    byte[] late = freshness.challenge(now, ANN);
    pass(121);
    assertThat(judge(said(WALL + 121_000, 2, late))).isEqualTo(Verdict.STALE);
    assertThat(judge(said(WALL + 121_000, 3, filled(32, 7)))).isEqualTo(Verdict.STALE);
  }

  @Test
  void challengesAreBoundedPerKeyAndTheNewestStay() {
    settled();
    byte[] bobs = freshness.challenge(now, BOB);
    byte[] first = freshness.challenge(now, ANN);
    for (int i = 0; i < Freshness.CHALLENGES_PER_KEY; i++) {
      freshness.challenge(now, ANN);
    }
    assertThat(freshness.held()).isEqualTo(1 + Freshness.CHALLENGES_PER_KEY);
    assertThat(judge(said(WALL, 1, first))).isEqualTo(Verdict.STALE);
    assertThat(freshness.settle(now, said(WALL, 2, bobs), BOB)).isEqualTo(Verdict.FRESH);
  }

  @Test
  void keysAreBoundedAndTheOverflowIsChallenged() {
    settled();
    for (int i = 0; i < Freshness.KEYS; i++) {
      assertThat(freshness.settle(now, said(WALL), new TestKey().publicKey))
          .isEqualTo(Verdict.FRESH);
    }
    OfferStatement tooMany = said(WALL + 1000);
    assertThat(judge(tooMany)).isEqualTo(Verdict.STALE);
    assertThat(freshness.held()).isEqualTo(2 * Freshness.KEYS);
    pass(280);
    assertThat(judge(said(WALL + 280_000))).isEqualTo(Verdict.FRESH);
    assertThat(freshness.held()).isEqualTo(2);
    assertThat(judge(tooMany)).isEqualTo(Verdict.STALE);
  }
}
