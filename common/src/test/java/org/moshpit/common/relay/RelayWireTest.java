package org.moshpit.common.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.moshpit.common.relay.RelayControl.Kind;
import org.moshpit.common.stun.StunMessage;

class RelayWireTest {
  private static final long COOKIE = 0x4102030405060708L;
  private static final byte[] KEY = HexFormat.of().parseHex("ab".repeat(32));
  private static final byte[] TOKEN = HexFormat.of().parseHex("cd".repeat(16));

  /** The MAC was computed by another implementation (Python's hmac). */
  private static final String CONFIRM =
      "6102030405060708"
          + "03"
          + "00000000000102"
          + "cd".repeat(16)
          + "b286dd588e296c04efa803d92ade0d30";

  @Test
  void controlIsWrittenAsTheTableSays() {
    RelayControl confirm = new RelayControl(Kind.CONFIRM, COOKIE, 258, TOKEN);

    assertThat(HexFormat.of().formatHex(confirm.encode(KEY))).isEqualTo(CONFIRM);
    RelayControl read = RelayControl.read(HexFormat.of().parseHex(CONFIRM), KEY);
    assertThat(read.kind()).isEqualTo(Kind.CONFIRM);
    assertThat(read.cookie()).isEqualTo(COOKIE);
    assertThat(read.number()).isEqualTo(258);
    assertThat(read.token()).isEqualTo(TOKEN);
  }

  @Test
  void anyOtherBitOrKeyOrLengthIsNoControl() {
    byte[] good = RelayControl.open(COOKIE, 1).encode(KEY);
    assertThat(RelayControl.read(good, KEY)).isNotNull();
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(RelayControl.read(bad, KEY)).as("bit %s", bit).isNull();
    }
    assertThat(RelayControl.read(good, new byte[32])).isNull();
    assertThat(RelayControl.read(java.util.Arrays.copyOf(good, 47), KEY)).isNull();
    assertThat(RelayControl.read(java.util.Arrays.copyOf(good, 49), KEY)).isNull();
    assertThat(RelayControl.read(new byte[0], KEY)).isNull();
  }

  /** An authentic message of a later version is none of this one. */
  @Test
  void numbersAndCookiesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> RelayControl.open(COOKIE, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RelayControl.open(COOKIE, RelayControl.MAX_NUMBER + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RelayControl.open(-1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void dataIsCookieAndPayload() {
    byte[] payload = {9, 8, 7};
    byte[] datagram = RelayWire.data(COOKIE, payload);

    assertThat(HexFormat.of().formatHex(datagram)).isEqualTo("4102030405060708090807");
    assertThat(RelayWire.isControl(datagram)).isFalse();
    assertThat(RelayWire.cookieOf(datagram)).isEqualTo(COOKIE);
    assertThat(RelayWire.payload(datagram)).isEqualTo(payload);
    assertThat(RelayWire.payload(new byte[8])).isNull();
    assertThat(RelayWire.payload(new byte[8 + 1400])).hasSize(1400);
    assertThat(RelayWire.payload(new byte[8 + 1401])).isNull();
  }

  @Test
  void aCookieIsNeverStunAndKeepsItsRandomBits() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      long drawn = random.nextLong();
      long cookie = RelayWire.cookie(drawn);
      byte[] data = RelayWire.data(cookie, new byte[40]);
      byte[] control = RelayControl.open(cookie, 1).encode(KEY);

      assertThat(cookie << 3).isEqualTo(drawn << 3);
      assertThat(RelayWire.isCookie(cookie)).isTrue();
      assertThat(RelayWire.isRelay(data[0]) && RelayWire.isRelay(control[0])).isTrue();
      assertThat(RelayWire.isControl(control)).isTrue();
      assertThat(RelayWire.cookieOf(control)).isEqualTo(cookie);
      assertThat(StunMessage.looksLikeStun(data) || StunMessage.looksLikeStun(control)).isFalse();
    }
    assertThat(RelayWire.isRelay((byte) 0x00)).isFalse();
    assertThat(RelayWire.isRelay((byte) 0x80)).isFalse();
    assertThat(RelayWire.cookieOf(new byte[7])).isZero();
  }
}
