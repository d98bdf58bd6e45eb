package org.moshpit.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
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
  void aProofHoldsForItsOwnLinkOnly() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] raw = LinkProof.rawKey(pair.getPublic());
    byte[] bytes = LinkProof.bytes(Purpose.LOGIN, filled(32, 1), PRESENTED, "box");
    byte[] signature = LinkProof.sign(pair.getPrivate(), bytes);

    assertThat(LinkProof.verify(raw, bytes, signature)).isTrue();
    assertThat(
            LinkProof.verify(
                raw, LinkProof.bytes(Purpose.ENROLL, filled(32, 1), PRESENTED, "box"), signature))
        .isFalse();
    assertThat(
            LinkProof.verify(
                raw, LinkProof.bytes(Purpose.LOGIN, filled(32, 3), PRESENTED, "box"), signature))
        .isFalse();
    assertThat(
            LinkProof.verify(
                raw,
                LinkProof.bytes(Purpose.LOGIN, filled(32, 1), SpkiPin.ofHash(filled(32, 9)), "box"),
                signature))
        .isFalse();
  }

  /** RFC 8032 §7.1, test 2. */
  @Test
  void knownVector() {
    byte[] key =
        HexFormat.of().parseHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    byte[] signature =
        HexFormat.of()
            .parseHex(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

    assertThat(LinkProof.verify(key, new byte[] {0x72}, signature)).isTrue();
    assertThat(LinkProof.verify(key, new byte[] {0x73}, signature)).isFalse();
  }

  @Property(tries = 200)
  void garbageIsFalse(
      @ForAll @Size(32) byte[] key, @ForAll byte[] bytes, @ForAll @Size(64) byte[] signature) {
    assertThat(LinkProof.verify(key, bytes, signature)).isFalse();
  }

  private static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
