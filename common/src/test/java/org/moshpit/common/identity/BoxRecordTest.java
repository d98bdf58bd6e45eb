package org.moshpit.common.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.moshpit.common.identity.SignedBoxRecord.Verdict.BAD_SIGNATURE;
import static org.moshpit.common.identity.SignedBoxRecord.Verdict.EXPIRED;
import static org.moshpit.common.identity.SignedBoxRecord.Verdict.VALID;
import static org.moshpit.common.identity.SignedBoxRecord.Verdict.WRONG_NAME;
import static org.moshpit.common.identity.SignedBoxRecord.Verdict.WRONG_REALM;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class BoxRecordTest {
  private static final byte[] REALM = filled(0x11);
  private static final byte[] NOISE = filled(0x22);
  private static final long NOT_AFTER = 2_000_000_000L;

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static BoxRecord attic() {
    return new BoxRecord(REALM, "attic", NOISE, 7, NOT_AFTER, 1, 1);
  }

  @Test
  void theLayoutStandsStill() {
    assertThat(HexFormat.of().formatHex(attic().encode()))
        .isEqualTo(
            "00000001"
                + ("00000020" + "11".repeat(32))
                + "000000056174746963"
                + ("00000020" + "22".repeat(32))
                + "0000000000000007"
                + "0000000077359400"
                + "00000001"
                + "00000001");
  }

  @Test
  void aRecordSignedBySshKeygenIsBelieved() throws Exception {
    SignedBoxRecord signed = SignedBoxRecord.parse(Golden.hex("box-record.hex"));
    assertThat(signed.record()).isEqualTo(attic());
    assertThat(signed.encode()).isEqualTo(Golden.hex("box-record.hex"));
    assertThat(signed.verify(REALM, "attic", NOT_AFTER)).isEqualTo(VALID);
    assertThat(signed.verify(REALM, "attic", NOT_AFTER + 1)).isEqualTo(EXPIRED);
    assertThat(signed.verify(REALM, "cellar", NOT_AFTER)).isEqualTo(WRONG_NAME);
    assertThat(signed.verify(NOISE, "attic", NOT_AFTER)).isEqualTo(WRONG_REALM);
  }

  @Test
  void aChangedRecordOrAnotherHostKeyIsNot() throws Exception {
    SignedBoxRecord signed = SignedBoxRecord.parse(Golden.hex("box-record.hex"));
    BoxRecord later = new BoxRecord(REALM, "attic", NOISE, 8, NOT_AFTER, 1, 1);
    assertThat(
            new SignedBoxRecord(later, signed.hostKey(), signed.signature())
                .verify(REALM, "attic", 0))
        .isEqualTo(BAD_SIGNATURE);
    assertThat(
            new SignedBoxRecord(signed.record(), Golden.key("ed25519"), signed.signature())
                .verify(REALM, "attic", 0))
        .isEqualTo(BAD_SIGNATURE);
    // A user's signature for an offer, over any bytes, never makes a box record.
    assertThat(
            new SignedBoxRecord(attic(), Golden.key("ed25519"), Golden.signature("ed25519.sha512"))
                .verify(REALM, "attic", 0))
        .isEqualTo(BAD_SIGNATURE);
  }

  @Test
  void everyPrefixIsRefused() {
    byte[] bytes = Golden.hex("box-record.hex");
    for (int length = 0; length < bytes.length; length++) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> SignedBoxRecord.parse(prefix))
          .isInstanceOf(SshFormatException.class);
    }
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new BoxRecord(new byte[31], "a", NOISE, 0, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BoxRecord(REALM, "A", NOISE, 0, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BoxRecord(REALM, "a", NOISE, -1, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BoxRecord(REALM, "a", NOISE, 0, 0, 2, 1))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] negativeSerial = attic().encode();
    negativeSerial[negativeSerial.length - 24] = (byte) 0x80;
    assertThatThrownBy(() -> BoxRecord.parse(negativeSerial))
        .isInstanceOf(SshFormatException.class);
    byte[] hugeVersion = attic().encode();
    hugeVersion[hugeVersion.length - 4] = 1;
    assertThatThrownBy(() -> BoxRecord.parse(hugeVersion)).isInstanceOf(SshFormatException.class);
    byte[] otherFormat = attic().encode();
    otherFormat[3] = 2;
    assertThatThrownBy(() -> BoxRecord.parse(otherFormat)).isInstanceOf(SshFormatException.class);
  }

  @Test
  void names() throws Exception {
    for (String good : new String[] {"a", "0", "attic", "a-b", "a--b", "x".repeat(63)}) {
      assertThat(BoxName.check(good)).isEqualTo(good);
    }
    for (String bad :
        new String[] {"", "-", "-a", "a-", "A", "a.b", "a_b", "ä", "a b", "a\n", "x".repeat(64)}) {
      assertThat(BoxName.isValid(bad)).as(bad).isFalse();
      assertThatThrownBy(() -> BoxName.check(bad)).isInstanceOf(SshFormatException.class);
    }
    assertThat(BoxName.fromHostName("Attic.example.org")).contains("attic");
    assertThat(BoxName.fromHostName("my_box")).isEmpty();
  }
}
