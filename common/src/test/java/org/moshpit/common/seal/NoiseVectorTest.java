package org.moshpit.common.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.common.seal.Samples.hex;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The public test vector of Noise_NK_25519_ChaChaPoly_SHA256 that Noise libraries share. */
class NoiseVectorTest {
  private static final byte[] PROLOGUE = "John Galt".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BOX_PRIVATE =
      hex("4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893");
  private static final byte[] BOX_PUBLIC =
      hex("31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62");
  private static final String INITIATOR_EPHEMERAL =
      "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a";
  private static final String RESPONDER_EPHEMERAL =
      "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b";
  private static final byte[] MESSAGE_1 =
      hex(
          "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
              + "8134d00711fdb390a0d178fa008f6d47d2891e5ea18ae136c3b4c23ac384efb0");
  private static final byte[] MESSAGE_2 =
      hex(
          "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
              + "8ea16e3701bc0d77744f117bee22451c9afa7f4cdbbcff00c04a8ee0913c88");
  // The vector's third message goes the other way, under the other key.
  private static final byte[] FROM_RESPONDER =
      hex("174a35f11c689f4530d7208618e0564ae12f2f50ba8eb4df5382ff");
  private static final byte[] MISES = "Ludwig von Mises".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ROTHBARD = "Murray Rothbard".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MENGER = "Carl Menger".getBytes(StandardCharsets.US_ASCII);

  @Test
  void initiatorSpeaksTheVector() {
    SealInitiator laptop =
        SealInitiator.begin(BOX_PUBLIC, hex(INITIATOR_EPHEMERAL), PROLOGUE).orElseThrow();

    assertThat(laptop.ephemeralPublic())
        .isEqualTo(hex("ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"));
    assertThat(laptop.seal(MISES)).isEqualTo(MESSAGE_1);
    assertThat(payload(laptop.open(MESSAGE_2))).isEqualTo(ROTHBARD);
    assertThat(payload(laptop.openNext(FROM_RESPONDER))).isEqualTo(MENGER);
  }

  @Test
  void responderSpeaksTheVector() {
    SealKey key = SealKey.of(BOX_PRIVATE);
    assertThat(key.publicKey()).isEqualTo(BOX_PUBLIC);

    SealResponder.Outcome.Ready ready =
        (SealResponder.Outcome.Ready) SealResponder.open(key, PROLOGUE, MESSAGE_1);

    assertThat(ready.payload()).isEqualTo(MISES);
    assertThat(ready.responder().answer(ROTHBARD, hex(RESPONDER_EPHEMERAL))).isEqualTo(MESSAGE_2);
    assertThat(ready.responder().next(MENGER)).isEqualTo(FROM_RESPONDER);
  }

  @Test
  void messageOneIsWhatTheSpecificationSaysWhenComputedWithTheJdkAlone() throws Exception {
    assertThat(
            ReferenceNk.message1(
                PROLOGUE, BOX_PRIVATE, BOX_PUBLIC, hex(INITIATOR_EPHEMERAL), MESSAGE_1, MISES))
        .isEqualTo(MESSAGE_1);
    byte[] ours = "moshpit/1".getBytes(StandardCharsets.US_ASCII);
    SealInitiator laptop =
        SealInitiator.begin(BOX_PUBLIC, hex(RESPONDER_EPHEMERAL), ours).orElseThrow();
    byte[] sealed = laptop.seal(ROTHBARD);
    assertThat(
            ReferenceNk.message1(
                ours, BOX_PRIVATE, BOX_PUBLIC, hex(RESPONDER_EPHEMERAL), sealed, ROTHBARD))
        .isEqualTo(sealed);
  }

  private static byte[] payload(Opened opened) {
    return ((Opened.Payload) opened).bytes();
  }
}
