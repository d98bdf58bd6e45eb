package org.moshpit.common.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.moshpit.common.seal.Samples.NAME;
import static org.moshpit.common.seal.Samples.REALM;
import static org.moshpit.common.seal.Samples.filled;
import static org.moshpit.common.seal.Samples.hex;

import com.southernstorm.noise.protocol.DHState;
import com.southernstorm.noise.protocol.Noise;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealExchangeTest {
  private static final byte[] QUESTION = {1, 2, 3, 4};
  private static final byte[] ANSWER = {9, 8, 7};
  private final SealKey box = SealKey.of(filled(32, 0x70));
  private final SealInitiator laptop = begin(0x71);

  private SealInitiator begin(int ephemeral) {
    return SealInitiator.begin(box.publicKey(), filled(32, ephemeral), REALM, NAME).orElseThrow();
  }

  private SealResponder responder(byte[] message1) {
    return ((SealResponder.Outcome.Ready) SealResponder.open(box, REALM, NAME, message1))
        .responder();
  }

  private static SealFailure reason(SealResponder.Outcome outcome) {
    return ((SealResponder.Outcome.Failed) outcome).reason();
  }

  private static Opened.Failed failed(SealFailure reason) {
    return new Opened.Failed(reason);
  }

  @Test
  void thereAndBackAndOnceMore() {
    byte[] message1 = laptop.seal(QUESTION);
    SealResponder.Outcome.Ready ready =
        (SealResponder.Outcome.Ready) SealResponder.open(box, REALM, NAME, message1);
    byte[] message2 = ready.responder().answer(ANSWER, filled(32, 0x72));
    byte[] later = ready.responder().next(QUESTION);

    assertThat(ready.payload()).isEqualTo(QUESTION);
    assertThat(ready.responder().peerEphemeral()).isEqualTo(laptop.ephemeralPublic());
    assertThat(((Opened.Payload) laptop.open(message2)).bytes()).isEqualTo(ANSWER);
    assertThat(((Opened.Payload) laptop.openNext(later)).bytes()).isEqualTo(QUESTION);
    assertThat(message1).hasSize(QUESTION.length + 48);
    assertThat(message2).hasSize(ANSWER.length + 48);
    assertThat(later).hasSize(QUESTION.length + 16);
  }

  @Test
  void anyAlteredBitOfTheFirstMessageIsRefused() {
    byte[] message1 = laptop.seal(QUESTION);
    for (int bit = 0; bit < message1.length * 8; bit++) {
      byte[] altered = message1.clone();
      altered[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(SealResponder.open(box, REALM, NAME, altered))
          .as("bit %d", bit)
          .isInstanceOf(SealResponder.Outcome.Failed.class);
    }
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] message1 = laptop.seal(QUESTION);
    for (int length = 0; length < message1.length; length++) {
      assertThat(reason(SealResponder.open(box, REALM, NAME, Arrays.copyOf(message1, length))))
          .isEqualTo(length < 48 ? SealFailure.TOO_SHORT : SealFailure.NOT_AUTHENTIC);
    }
  }

  @Test
  void anAlteredAnswerEndsTheExchangeForGood() {
    byte[] message2 = responder(laptop.seal(QUESTION)).answer(ANSWER, filled(32, 0x72));
    byte[] altered = message2.clone();
    altered[40] ^= 1;

    assertThat(laptop.open(altered)).isEqualTo(failed(SealFailure.NOT_AUTHENTIC));
    assertThat(laptop.open(message2)).isEqualTo(failed(SealFailure.OUT_OF_ORDER));
  }

  @Test
  void anAnswerIsOpenedOnce() {
    byte[] message2 = responder(laptop.seal(QUESTION)).answer(ANSWER, filled(32, 0x72));
    laptop.open(message2);
    assertThat(laptop.open(message2)).isEqualTo(failed(SealFailure.OUT_OF_ORDER));
  }

  @Test
  void anAnswerToAnotherOfferDoesNotOpen() {
    SealInitiator other = begin(0x73);
    laptop.seal(QUESTION);
    byte[] message2 = responder(other.seal(QUESTION)).answer(ANSWER, filled(32, 0x72));
    assertThat(laptop.open(message2)).isEqualTo(failed(SealFailure.NOT_AUTHENTIC));
  }

  @Test
  void laterMessagesOpenInOrderAndOnce() {
    SealResponder responder = responder(laptop.seal(QUESTION));
    laptop.open(responder.answer(ANSWER, filled(32, 0x72)));
    byte[] first = responder.next(new byte[] {1});
    laptop.openNext(first);
    assertThat(laptop.openNext(first)).isEqualTo(failed(SealFailure.NOT_AUTHENTIC));
    assertThat(laptop.openNext(responder.next(new byte[] {2})))
        .isEqualTo(failed(SealFailure.OUT_OF_ORDER));
  }

  @Test
  void nothingOpensBeforeItsTurn() {
    assertThat(laptop.openNext(new byte[64])).isEqualTo(failed(SealFailure.OUT_OF_ORDER));
    assertThat(begin(0x73).open(new byte[64])).isEqualTo(failed(SealFailure.OUT_OF_ORDER));
  }

  @Test
  void anotherRealmNameOrKeyDoesNotOpenIt() {
    byte[] message1 = laptop.seal(QUESTION);
    SealFailure no = SealFailure.NOT_AUTHENTIC;
    assertThat(reason(SealResponder.open(box, filled(32, 0x12), NAME, message1))).isEqualTo(no);
    assertThat(reason(SealResponder.open(box, REALM, "attik", message1))).isEqualTo(no);
    SealKey other = SealKey.of(filled(32, 0x79));
    assertThat(reason(SealResponder.open(other, REALM, NAME, message1))).isEqualTo(no);
  }

  @Test
  void anEphemeralIsUsedOnceAndItsSourceIsWiped() {
    byte[] ephemeral = filled(32, 0x71);
    SealInitiator once = SealInitiator.begin(box.publicKey(), ephemeral, REALM, NAME).orElseThrow();
    assertThat(ephemeral).containsOnly(0);
    byte[] message1 = once.seal(QUESTION);
    assertThatThrownBy(() -> once.seal(QUESTION)).isInstanceOf(IllegalStateException.class);

    byte[] answering = filled(32, 0x72);
    SealResponder responder = responder(message1);
    responder.answer(ANSWER, answering);
    assertThat(answering).containsOnly(0);
    assertThatThrownBy(() -> responder.answer(ANSWER, filled(32, 1)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void nothingWorksAfterClose() {
    SealResponder responder = responder(laptop.seal(QUESTION));
    laptop.close();
    laptop.close();
    responder.close();
    box.close();
    assertThat(laptop.open(new byte[64])).isEqualTo(failed(SealFailure.OUT_OF_ORDER));
    assertThatThrownBy(() -> responder.next(ANSWER)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(box::publicKey).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sizesAreBoundedBothWays() {
    byte[] largest = new byte[SealedLimits.PAYLOAD];
    byte[] message1 = laptop.seal(largest);
    assertThat(message1).hasSize(SealedLimits.MESSAGE);
    assertThat(
            ((SealResponder.Outcome.Ready) SealResponder.open(box, REALM, NAME, message1))
                .payload())
        .hasSize(SealedLimits.PAYLOAD);
    assertThat(reason(SealResponder.open(box, REALM, NAME, Arrays.copyOf(message1, 49153))))
        .isEqualTo(SealFailure.TOO_LONG);
    SealInitiator other = begin(0x73);
    assertThatThrownBy(() -> other.seal(new byte[SealedLimits.PAYLOAD + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    // A refused payload has not used the ephemeral up.
    assertThat(other.seal(QUESTION)).hasSize(52);
  }

  /** Little-endian: 0, 1, −1, the two of order 8; then p, p + 1, and 9 with the top bit set. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0900000000000000000000000000000000000000000000000000000000000080"
      })
  void publicKeysThatMakeTheSecretPredictableAreRefused(String little) {
    byte[] weak = hex(little);
    assertThat(SealInitiator.begin(weak, filled(32, 0x71), REALM, NAME)).isEmpty();
    byte[] message1 = laptop.seal(QUESTION);
    byte[] message2 = responder(message1).answer(ANSWER, filled(32, 0x72));
    System.arraycopy(weak, 0, message1, 0, 32);
    System.arraycopy(weak, 0, message2, 0, 32);
    assertThat(reason(SealResponder.open(box, REALM, NAME, message1)))
        .isEqualTo(SealFailure.WEAK_KEY);
    assertThat(laptop.open(message2)).isEqualTo(failed(SealFailure.WEAK_KEY));
  }

  /** So the list is needed: without it the library would go on with a secret of zeros. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"
      })
  void theLibraryItselfMakesZerosOfThem(String little) throws Exception {
    DHState own = Noise.createDH("25519");
    own.setPrivateKey(filled(32, 0x71), 0);
    DHState weak = Noise.createDH("25519");
    weak.setPublicKey(hex(little), 0);
    byte[] shared = new byte[32];
    own.calculate(shared, 0, weak);
    assertThat(shared).containsOnly(0);
  }
}
