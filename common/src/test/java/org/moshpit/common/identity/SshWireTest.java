package org.moshpit.common.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshWireTest {
  private static final HexFormat HEX = HexFormat.of();

  /** The examples of RFC 4251 §5 that are not negative. */
  @ParameterizedTest
  @CsvSource({
    "0, 00000000",
    "9a378f9b2e332a7, 0000000809a378f9b2e332a7",
    "80, 000000020080",
  })
  void mpintAsInTheRfc(String number, String hex) throws Exception {
    BigInteger value = new BigInteger(number, 16);
    assertThat(new SshWriter().mpint(value).toBytes()).isEqualTo(HEX.parseHex(hex));
    assertThat(new SshReader(HEX.parseHex(hex)).mpint(64)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"00000001ff", "0000000100", "000000020001", "00000002ff80", "0000000501ffffffff"})
  void mpintRefusesNegativePaddedAndLarge(String hex) {
    assertThatThrownBy(() -> new SshReader(HEX.parseHex(hex)).mpint(32))
        .isInstanceOf(SshFormatException.class);
  }

  @Test
  void writesEachType() {
    byte[] bytes =
        new SshWriter()
            .uint8(255)
            .uint32(0x80000001L)
            .uint64(-2)
            .string("é")
            .raw(new byte[2])
            .toBytes();
    assertThat(HEX.formatHex(bytes)).isEqualTo("ff80000001fffffffffffffffe00000002c3a90000");
  }

  @Test
  void readsEachType() throws Exception {
    SshReader in = new SshReader(HEX.parseHex("ff80000001fffffffffffffffe00000002c3a90000"));
    assertThat(in.uint8()).isEqualTo(255);
    assertThat(in.uint32()).isEqualTo(0x80000001L);
    assertThat(in.uint64()).isEqualTo(-2);
    assertThat(in.text(2)).isEqualTo("é");
    assertThatThrownBy(in::end).isInstanceOf(SshFormatException.class);
    assertThat(in.raw(2)).hasSize(2);
    in.end();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "000000", "00000002aa", "ffffffff", "7fffffff00", "80000000"})
  void aStringIsNeverLongerThanWhatIsThere(String hex) {
    assertThatThrownBy(() -> new SshReader(HEX.parseHex(hex)).string(Integer.MAX_VALUE))
        .isInstanceOf(SshFormatException.class);
  }

  @Test
  void boundsAreKept() {
    assertThatThrownBy(() -> new SshReader(HEX.parseHex("00000003616263")).string(2))
        .isInstanceOf(SshFormatException.class);
    assertThatThrownBy(() -> new SshReader(HEX.parseHex("00000003616263")).stringOf(4))
        .isInstanceOf(SshFormatException.class);
    assertThatThrownBy(() -> new SshReader(HEX.parseHex("00000002c328")).text(8))
        .isInstanceOf(SshFormatException.class);
    assertThatThrownBy(() -> new SshWriter().uint32(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SshWriter().uint8(256))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void whatIsWrittenIsRead(@ForAll byte[] bytes, @ForAll long number, @ForAll BigInteger big)
      throws Exception {
    BigInteger positive = big.abs();
    SshReader in =
        new SshReader(new SshWriter().string(bytes).uint64(number).mpint(positive).toBytes());
    assertThat(in.string(bytes.length)).isEqualTo(bytes);
    assertThat(in.uint64()).isEqualTo(number);
    assertThat(in.mpint(positive.bitLength())).isEqualTo(positive);
    in.end();
  }
}
