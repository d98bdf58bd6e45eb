package org.moshpit.common.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.moshpit.common.seal.Samples.SESSION;
import static org.moshpit.common.seal.Samples.filled;
import static org.moshpit.common.seal.Samples.hex;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.moshpit.common.seal.SessionSecret.ControlBinding;

class SessionSecretTest {
  private static final byte[] BODY = {1, 2};
  private final SessionSecret secret = SessionSecret.of(filled(32, 0x55));
  private final ControlBinding binding =
      new ControlBinding(filled(32, 0x33), new byte[] {1, 2, 3}, filled(32, 0x22), SESSION);

  @Test
  void coversExactlyTheDocumentedBytes() throws Exception {
    String message =
        "00000012"
            + "6d6f73687069742d636f6e74726f6c2d7631" // "moshpit-control-v1"
            + "00000020"
            + "33".repeat(32)
            + "00000003"
            + "010203"
            + "00000020"
            + "22".repeat(32)
            + "00000010"
            + SESSION.hex()
            + "0000000000000007"
            + "00000020"
            // SHA-256 of 01 02
            + "a12871fee210fb8619291eaea194581cbd2531e4b23759d225f6806923f63222";
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(filled(32, 0x55), "HmacSHA256"));

    assertThat(secret.mac(binding, 7, BODY)).isEqualTo(mac.doFinal(hex(message)));
  }

  @Test
  void verifiesNothingElse() {
    byte[] mac = secret.mac(binding, 7, BODY);
    assertThat(secret.verify(binding, 7, BODY, mac)).isTrue();
    assertThat(secret.verify(binding, 8, BODY, mac)).isFalse();
    assertThat(secret.verify(binding, 7, new byte[] {1}, mac)).isFalse();
    assertThat(secret.verify(binding, 7, BODY, new byte[32])).isFalse();
    assertThat(secret.verify(binding, 7, BODY, new byte[0])).isFalse();
    assertThat(SessionSecret.of(filled(32, 0x56)).verify(binding, 7, BODY, mac)).isFalse();
    assertThat(
            secret.verify(
                new ControlBinding(
                    filled(32, 0x34), new byte[] {1, 2, 3}, filled(32, 0x22), SESSION),
                7,
                BODY,
                mac))
        .isFalse();
    assertThat(
            secret.verify(
                new ControlBinding(
                    filled(32, 0x33), new byte[] {1, 2, 4}, filled(32, 0x22), SESSION),
                7,
                BODY,
                mac))
        .isFalse();
    assertThat(
            secret.verify(
                new ControlBinding(
                    filled(32, 0x33), new byte[] {1, 2, 3}, filled(32, 0x23), SESSION),
                7,
                BODY,
                mac))
        .isFalse();
  }

  @Test
  void afterCloseNothingVerifiesAndNothingIsRevealed() {
    byte[] mac = secret.mac(binding, 7, BODY);
    secret.close();
    secret.close();
    assertThat(secret.verify(binding, 7, BODY, mac)).isFalse();
    assertThatThrownBy(secret::reveal).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void isNeverPrinted() {
    assertThat(secret.toString()).isEqualTo("session secret");
    assertThat(Samples.accepted().toString())
        .doesNotContain("abcdefghijklmnopqrstuv")
        .doesNotContain("[B@")
        .isEqualTo("accepted: session 00112233445566778899aabbccddeeff, port 60001");
  }

  @Test
  void aSessionIdHasSixteenBytes() {
    assertThat(SessionId.of(SESSION.bytes())).contains(SESSION);
    assertThat(SessionId.of(new byte[15])).isEmpty();
    assertThat(SessionId.parse("../../etc/passwd")).isEmpty();
    assertThat(SessionId.parse(SESSION.hex())).contains(SESSION);
  }
}
