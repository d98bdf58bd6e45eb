package org.moshpit.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.wire.LinkProof.Purpose;

class LinkProofTest {
  private static final SpkiPin PRESENTED = SpkiPin.ofHash(filled(32, 2));

  @Test
  void theBytesSigned() {
    assertThat(
            HexFormat.of()
                .formatHex(LinkProof.bytes(Purpose.LOGIN, filled(32, 1), PRESENTED, "box")))
        .isEqualTo(
            "6d6f73687069742d6c6f67696e2d763100" + "01".repeat(32) + "02".repeat(32) + "626f78");
    assertThat(
            HexFormat.of().formatHex(LinkProof.bytes(Purpose.ENROLL, filled(32, 1), PRESENTED, "")))
        .isEqualTo("6d6f73687069742d656e726f6c6c2d763100" + "01".repeat(32) + "02".repeat(32));
  }

  @Test
  void aProofHoldsForItsOwnLinkOnly() {
    LinkKey key = LinkKey.generate(new SecureRandom());
    byte[] raw = key.publicKey();
    byte[] bytes = LinkProof.bytes(Purpose.LOGIN, filled(32, 1), PRESENTED, "box");
    byte[] signature = key.sign(bytes);

    assertThat(LinkKey.verify(raw, bytes, signature)).isTrue();
    assertThat(
            LinkKey.verify(
                raw, LinkProof.bytes(Purpose.ENROLL, filled(32, 1), PRESENTED, "box"), signature))
        .isFalse();
    assertThat(
            LinkKey.verify(
                raw, LinkProof.bytes(Purpose.LOGIN, filled(32, 3), PRESENTED, "box"), signature))
        .isFalse();
    assertThat(
            LinkKey.verify(
                raw,
                LinkProof.bytes(Purpose.LOGIN, filled(32, 1), SpkiPin.ofHash(filled(32, 9)), "box"),
                signature))
        .isFalse();
  }

  private static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
