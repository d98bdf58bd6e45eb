package org.moshpit.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.moshpit.agent.session.Fixtures.HOST;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.moshpit.common.identity.SignedBoxRecord;

class RecordInUseTest {
  private final SignedBoxRecord old = record(4);
  private final SignedBoxRecord newer = record(5);

  private static SignedBoxRecord record(int serial) {
    return Fixtures.record(HOST, Fixtures.sealKey(0x70 + serial).publicKey(), serial);
  }

  @Test
  void thereIsNoneUntilOneIsUsed() {
    RecordInUse box = new RecordInUse(Optional.of(old));
    assertThat(box.isThere()).isFalse();
    assertThatThrownBy(box::get).isInstanceOf(IllegalStateException.class);
    box.use(newer);
    assertThat(box.isThere()).isTrue();
    assertThat(box.get()).isEqualTo(newer);
  }

  @Test
  void aNewerOneIsRememberedOnceItIsProven() {
    RecordInUse box = RecordInUse.ofProven(old);
    assertThat(box.proven()).isEmpty();
    box.use(newer);
    assertThat(box.proven()).contains(newer);
    assertThat(box.proven()).isEmpty();
  }

  @Test
  void whatIsKeptWithoutAProofIsNotRememberedAgain() {
    RecordInUse box = new RecordInUse(Optional.empty());
    box.use(old);
    box.keep();
    assertThat(box.proven()).isEmpty();
    box.use(newer);
    assertThat(box.proven()).contains(newer);
  }

  @Test
  void aProofOfOneThatWasNeverKeptIsNews() {
    RecordInUse box = new RecordInUse(Optional.empty());
    box.use(old);
    assertThat(box.proven()).contains(old);
  }

  @Test
  void theRendezvousMayReplaceItTwiceBetweenProofs() {
    RecordInUse box = RecordInUse.ofProven(old);
    for (int round = 0; round < 2; round++) {
      assertThat(box.mayBeReplaced()).isTrue();
      assertThat(box.mayBeReplaced()).isTrue();
      assertThat(box.mayBeReplaced()).isFalse();
      assertThat(box.mayBeReplaced()).isFalse();
      assertThat(box.proven()).isEmpty();
    }
  }

  @Test
  void onlyARecordWithNothingSealedReplacesIt() {
    byte[] some = {1};
    byte[] none = {};
    assertThat(RecordInUse.isReplaced(none, some)).isTrue();
    assertThat(RecordInUse.isReplaced(some, some)).isFalse();
    assertThat(RecordInUse.isReplaced(some, none)).isFalse();
    assertThat(RecordInUse.isReplaced(none, none)).isFalse();
  }
}
